import type { ImportDeclaration, SourceFile } from "ts-morph";
import { exportsName } from "../project/exports.js";
import type { GeneratedSymbol } from "../project/handlers.js";
import type { Project } from "../project/project.js";
import { moduleOf, type Reactor } from "../project/reactors.js";
import { endingOf, Specifiers } from "../project/specifiers.js";
import { declaredNames } from "./declared-names.js";
import { beginsLine, type Insertion, indentationAt } from "./edits.js";
import type { Style } from "./style.js";

/** A symbol to import, its module, and whether the import is of a type only. */
interface Wanted {
  readonly name: string;
  readonly local: string;
  /** The file or the package of the specifier. */
  readonly module: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const lineWidth = 100;

/** The imports of a file that receives classes: the existing imports and those to add. */
export class Imports {
  readonly #project: Project;
  readonly #source: SourceFile;
  readonly #file: string;
  readonly #style: Style;
  readonly #specifiers: Specifiers;
  readonly #wanted: Wanted[] = [];
  readonly #taken: Set<string>;

  constructor(project: Project, source: SourceFile, style: Style) {
    this.#project = project;
    this.#source = source;
    this.#file = project.pathOf(source);
    this.#style = style;
    this.#specifiers = new Specifiers(project, source);
    this.#taken = declaredNames(source);
  }

  /** Whether the file gives a global name another meaning. */
  shadows(name: string): boolean {
    return this.#taken.has(name);
  }

  /** Reserves a name for a later declaration. */
  reserve(name: string): void {
    this.#taken.add(name);
  }

  /** Returns the local name for an export of a package. */
  fromPackage(name: string, specifier: string, typeOnly = false): string {
    return this.#want(name, specifier, specifier, typeOnly);
  }

  /**
   * Returns the local name for a type that a generated file imports.
   *
   * @param through - The specifier from which this file imports the reactor.
   */
  fromGenerated(symbol: GeneratedSymbol, reactor: Reactor, through: string | undefined): string {
    const module = moduleOf(this.#project, symbol.specifier, reactor.file);
    const specifier = this.#specifiers.forSymbol(symbol, reactor, module, through);
    return this.#want(symbol.name, module, specifier, true);
  }

  /** Returns the local name for a generated reactor. */
  fromReactor(reactor: Reactor): string {
    const ending = endingOf(
      reactor.handlers.flatMap(({ request }) => request.uses)[0]?.symbol.specifier ?? ".js",
    );
    return this.fromFile(reactor.name, reactor.file, ending);
  }

  /** Returns the local name for a class that another source file exports. */
  fromFile(name: string, file: string, ending: string): string {
    return this.#want(name, file, this.#specifiers.relative(file, ending), false);
  }

  /** Returns the insertions for an existing file. */
  insertions(): Insertion[] {
    const fresh: Wanted[] = [];
    const result: Insertion[] = [];
    for (const [declaration, wanted] of this.#homes(fresh)) {
      result.push(...this.#extended(declaration, wanted));
    }
    return [...result, ...this.#added(this.#statements(fresh))];
  }

  /** Returns the first lines of a new file. */
  header(): string {
    return this.#statements(this.#wanted)
      .map(({ text }) => text + this.#style.newline)
      .join("");
  }

  #want(name: string, module: string, specifier: string, typeOnly: boolean): string {
    const local = this.#existing(name, module, specifier, typeOnly);
    if (local !== undefined) return local;
    const planned = this.#wanted.find(
      (wanted) => wanted.name === name && wanted.specifier === specifier,
    );
    if (planned !== undefined) return planned.local;
    const free = this.#free(name);
    this.#taken.add(free);
    this.#wanted.push({ name, local: free, module, specifier, typeOnly });
    return free;
  }

  /** Returns a name that neither the file nor the language uses, with the suffix that generated code uses too. */
  #free(name: string): string {
    for (let i = 0; ; i++) {
      const candidate = i === 0 ? name : `${name}$${i}`;
      if (!this.#taken.has(candidate) && !isGlobal(candidate)) return candidate;
    }
  }

  #existing(
    name: string,
    module: string,
    specifier: string,
    typeOnly: boolean,
  ): string | undefined {
    for (const declaration of this.#declarationsOf(module, specifier)) {
      if (!typeOnly && declaration.isTypeOnly()) continue;
      const namespace = declaration.getNamespaceImport();
      if (namespace !== undefined) return `${namespace.getText()}.${name}`;
      const named = declaration
        .getNamedImports()
        .find((found) => found.getName() === name && (typeOnly || !found.isTypeOnly()));
      if (named !== undefined) return named.getAliasNode()?.getText() ?? name;
    }
    return undefined;
  }

  #declarationsOf(module: string, specifier: string): ImportDeclaration[] {
    return this.#source.getImportDeclarations().filter((declaration) => {
      const own = declaration.getModuleSpecifierValue();
      return own === specifier || moduleOf(this.#project, own, this.#file) === module;
    });
  }

  /** Assigns names to existing imports that can take them; adds the other names to `fresh`. */
  #homes(fresh: Wanted[]): Map<ImportDeclaration, Wanted[]> {
    const homes = new Map<ImportDeclaration, Wanted[]>();
    for (const wanted of this.#wanted) {
      const candidates = this.#declarationsOf(wanted.module, wanted.specifier).filter(
        (declaration) =>
          declaration.getNamedImports().length > 0 &&
          (wanted.typeOnly || !declaration.isTypeOnly()),
      );
      const home = candidates.find((declaration) => declaration.isTypeOnly()) ?? candidates[0];
      if (home === undefined) fresh.push(wanted);
      else homes.set(home, [...(homes.get(home) ?? []), wanted]);
    }
    return homes;
  }

  /** Adds names to the braces of an import, in alphabetical order if the others are. */
  #extended(declaration: ImportDeclaration, wanted: readonly Wanted[]): Insertion[] {
    const { newline } = this.#style;
    const text = this.#source.getFullText();
    const present = declaration.getNamedImports();
    const names = present.map((named) => named.getName());
    const sorted = names.every((name, i) => i === 0 || compare(names[i - 1] ?? "", name) <= 0);
    const [first] = present;
    if (first === undefined) return [];
    const separator = beginsLine(text, first.getStart())
      ? newline + indentationAt(text, first.getStart())
      : " ";
    return [...wanted]
      .sort((a, b) => compare(a.name, b.name))
      .map((added) => {
        const asType =
          added.typeOnly && !declaration.isTypeOnly() && this.#needsMark(declaration, added);
        const specifier = `${asType ? "type " : ""}${renamed(added)}`;
        const next = sorted
          ? present.find((named) => compare(named.getName(), added.name) > 0)
          : undefined;
        return next === undefined
          ? { at: present.at(-1)?.getEnd() ?? 0, text: `,${separator}${specifier}` }
          : { at: next.getStart(), text: `${specifier},${separator}` };
      });
  }

  /** Imports a message without `type` beside other such imports, if possible: ts-proto's messages are values too. */
  #needsMark(declaration: ImportDeclaration, wanted: Wanted): boolean {
    if (declaration.getNamedImports().some((named) => named.isTypeOnly())) return true;
    const file = this.#project.resolve(wanted.specifier, this.#file);
    return file === undefined || !exportsName(this.#project, file, wanted.name, "value");
  }

  #statements(wanted: readonly Wanted[]): { specifier: string; text: string }[] {
    const inline = this.#marksInline();
    const groups = new Map<string, Wanted[]>();
    for (const one of wanted) {
      const key = `${one.specifier}\0${one.typeOnly && !inline}`;
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    return [...groups.values()]
      .map((group) => this.#statement(group, inline))
      .sort((a, b) => this.#specifiers.compare(a.specifier, b.specifier));
  }

  #statement(group: readonly Wanted[], inline: boolean): { specifier: string; text: string } {
    const { quote, semicolon, braceSpace, indentation, newline } = this.#style;
    const [first] = group;
    const specifier = first?.specifier ?? "";
    const whole = first?.typeOnly === true && !inline;
    const names = [...group]
      .sort((a, b) => compare(a.name, b.name))
      .map((one) => (one.typeOnly && inline ? "type " : "") + renamed(one));
    const start = `import ${whole ? "type " : ""}{`;
    const end = `} from ${quote}${specifier}${quote}${semicolon}`;
    const line = `${start}${braceSpace}${names.join(", ")}${braceSpace}${end}`;
    return {
      specifier,
      text:
        line.length <= lineWidth
          ? line
          : `${start}${names.map((name) => `${newline}${indentation}${name},`).join("")}${newline}${end}`,
    };
  }

  /** Whether the file writes `import { type A }` and never `import type { A }`. */
  #marksInline(): boolean {
    const declarations = this.#source.getImportDeclarations();
    return (
      !declarations.some((declaration) => declaration.isTypeOnly()) &&
      declarations.some((declaration) =>
        declaration.getNamedImports().some((named) => named.isTypeOnly()),
      )
    );
  }

  /** Places packages after the last package, and files after the last import. */
  #added(statements: readonly { specifier: string; text: string }[]): Insertion[] {
    const { newline } = this.#style;
    const text = this.#source.getFullText();
    const present = this.#source.getImportDeclarations();
    return statements.map(({ specifier, text: statement }) => {
      const last =
        present.findLast(
          (declaration) =>
            this.#specifiers.isPackage(specifier) &&
            this.#specifiers.isPackage(declaration.getModuleSpecifierValue()),
        ) ?? present.at(-1);
      const [first] = present;
      if (first !== undefined && this.#specifiers.isPackage(specifier) && last === present.at(-1)) {
        const leading = first.getLeadingCommentRanges();
        if (leading.length === 0 && !this.#specifiers.isPackage(first.getModuleSpecifierValue())) {
          return { at: first.getStart(), text: statement + newline };
        }
      }
      if (last !== undefined) return { at: lineEnd(text, last), text: newline + statement };
      return { at: 0, text: statement + newline };
    });
  }
}

function renamed({ name, local }: Wanted): string {
  return name === local ? name : `${name} as ${local}`;
}

/** Returns the end of an import, including a comment after it on the same line. */
function lineEnd(text: string, declaration: ImportDeclaration): number {
  const remark = declaration.getTrailingCommentRanges().at(-1)?.getEnd() ?? declaration.getEnd();
  return /^[ \t]*(?=\r?\n|$)/.test(text.slice(remark)) ? remark : declaration.getEnd();
}

/** Whether the language has something of that name: a value, or the one type without a value that handlers use. */
function isGlobal(name: string): boolean {
  return Object.hasOwn(globalThis, name) || name === "AsyncIterable";
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
