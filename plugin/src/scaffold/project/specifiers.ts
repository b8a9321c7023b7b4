import { basename, dirname, posix, relative, sep } from "node:path";
import type { SourceFile } from "ts-morph";
import { exportsName } from "./exports.js";
import type { GeneratedSymbol } from "./handlers.js";
import type { Project } from "./project.js";
import { moduleOf, type Reactor } from "./reactors.js";

/** The import specifiers of one file. */
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
   * Returns the specifier with which this file imports a symbol of the generated file, in the style of its import of the reactor.
   *
   * @param module - The file that the symbol comes from.
   * @param through - The specifier from which this file imports the reactor.
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
    // A specifier of tsconfig.json's paths looks like a package, but is none.
    return file === undefined || /[\\/]node_modules[\\/]/.test(file);
  }

  /** Sorts packages first, then files from far to near, as linters do. */
  compare(a: string, b: string): number {
    const rank = (specifier: string) =>
      this.isPackage(specifier) ? 0 : specifier.startsWith("./") ? 2 : 1;
    return rank(a) - rank(b) || a.localeCompare(b, "en", { numeric: true });
  }

  /** Whether a specifier leads to a file, or to its build output, as far as the project shows. */
  #leadsThere(specifier: string, file: string): boolean {
    if (specifier.startsWith("..")) return false;
    const found = this.#project.resolve(specifier, this.#file);
    // The specifier of an unbuilt package resolves to no file, but is right all the same.
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

/** Returns the extension of an import: `.js`, `.ts`, or none. */
export function endingOf(specifier: string): string {
  return /\.[cm]?[jt]sx?$/.exec(specifier)?.[0] ?? "";
}

function withEnding(specifier: string, ending: string): string {
  return specifier.replace(/(\.d)?\.[cm]?[jt]sx?$/, "") + ending;
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith(".");
}
