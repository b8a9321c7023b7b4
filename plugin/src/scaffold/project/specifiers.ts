import { basename, dirname, posix, relative, sep } from "node:path";
import type { SourceFile } from "ts-morph";
import { exportsName } from "./exports.js";
import type { Project } from "./project.js";
import { type GeneratedSymbol, moduleOf, type Reactor } from "./reactors.js";

/** How one file spells what it imports from. */
export class Specifiers {
  readonly #project: Project;
  readonly #source: SourceFile;
  readonly #file: string;

  constructor(project: Project, source: SourceFile) {
    this.#project = project;
    this.#source = source;
    this.#file = project.pathOf(source);
  }

  /**
   * How this file would import what the generated file imports: as it imports the reactor.
   *
   * @param module - The file that the symbol comes from.
   * @param through - What the reactor is imported from here.
   */
  forSymbol(
    symbol: GeneratedSymbol,
    reactor: Reactor,
    module: string,
    through: string | undefined = this.#importOf(reactor),
  ): string {
    if (!symbol.specifier.startsWith(".")) return symbol.specifier;
    const ending = endingOf(through ?? this.#all().find(isRelative) ?? symbol.specifier);
    if (through === undefined || isRelative(through)) return this.relative(module, ending);
    if (basename(withEnding(through, "")) === basename(withEnding(reactor.file, ""))) {
      const beside = withEnding(posix.join(posix.dirname(through), symbol.specifier), ending);
      if (this.#leadsThere(beside, module)) return beside;
    }
    const index = this.#project.resolve(through, this.#file);
    return index === undefined || exportsName(this.#project, index, symbol.name, "anything")
      ? through
      : this.relative(module, ending);
  }

  relative(file: string, ending: string): string {
    const path = relative(dirname(this.#file), file).split(sep).join("/");
    return withEnding(path.startsWith(".") ? path : `./${path}`, ending);
  }

  /** Whether an import leads out of the project. */
  isPackage(specifier: string): boolean {
    if (isRelative(specifier) || specifier.startsWith("#")) return false;
    const file = this.#project.resolve(specifier, this.#file);
    // What tsconfig.json's paths lead to looks like a package, and is none.
    return file === undefined || /[\\/]node_modules[\\/]/.test(file);
  }

  /** Packages, then files from further up to nearer, as linters sort them. */
  compare(a: string, b: string): number {
    const rank = (specifier: string) =>
      this.isPackage(specifier) ? 0 : specifier.startsWith("./") ? 2 : 1;
    return rank(a) - rank(b) || a.localeCompare(b, "en", { numeric: true });
  }

  /** Whether a specifier leads to a file, or to what was built from it, as far as can be told. */
  #leadsThere(specifier: string, file: string): boolean {
    if (specifier.startsWith("..")) return false;
    const found = this.#project.resolve(specifier, this.#file);
    // A package that is not built leads nowhere, and its paths are still right.
    return found === undefined
      ? this.isPackage(specifier)
      : basename(withEnding(found, "")) === basename(withEnding(file, ""));
  }

  #importOf(reactor: Reactor): string | undefined {
    return this.#all().find(
      (specifier) => moduleOf(this.#project, specifier, this.#file) === reactor.file,
    );
  }

  #all(): string[] {
    return this.#source
      .getImportDeclarations()
      .map((declaration) => declaration.getModuleSpecifierValue());
  }
}

/** The ending of an import: `.js`, `.ts`, or none. */
export function endingOf(specifier: string): string {
  return /\.[cm]?[jt]sx?$/.exec(specifier)?.[0] ?? "";
}

function withEnding(specifier: string, ending: string): string {
  return specifier.replace(/(\.d)?\.[cm]?[jt]sx?$/, "") + ending;
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith(".");
}
