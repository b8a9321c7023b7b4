import { type ClassDeclaration, type ClassExpression, Node, type SourceFile } from "ts-morph";
import { codegenEntry } from "./handlers.js";
import { isDeclaration, type Project } from "./project.js";
import { type Reactor, reactorsIn } from "./reactors.js";

export type AnyClass = ClassDeclaration | ClassExpression;

/** A class of the user that extends a reactor, directly or through other classes. */
export interface Subclass {
  /** Empty for a class expression without a name. */
  readonly name: string;
  readonly node: AnyClass;
  readonly file: string;
  readonly abstract: boolean;
  readonly reactor: Reactor;
  /** The specifier from which the file imports the reactor; undefined unless the class extends an imported reactor directly. */
  readonly through: string | undefined;
  /** The classes between this class and the reactor, nearest first. */
  readonly ancestors: readonly AnyClass[];
}

/** Finds every class that extends one of the reactors, in the order of files and lines. */
export function findSubclasses(
  project: Project,
  files: readonly string[],
  reactors: readonly Reactor[],
): Subclass[] {
  const resolver = new BaseResolver(project, reactors);
  return mentioning(project, files, new Set(reactors.map(({ name }) => name)))
    .flatMap((file) => classesIn(project.parse(file)).map((node) => ({ file, node })))
    .flatMap(({ file, node }) => {
      const found = resolver.lineage(node);
      if (found === undefined || found.reactor.file === file) return [];
      return [
        {
          name: node.getName() ?? "",
          node,
          file,
          abstract: Node.isClassDeclaration(node) && node.isAbstract(),
          through: found.ancestors.length === 0 ? importBehind(node) : undefined,
          ...found,
        },
      ];
    });
}

/** Returns the files whose text holds one of the names, or a name that is derived from one of them. */
function mentioning(project: Project, files: readonly string[], names: Set<string>): string[] {
  const found = new Set<string>();
  for (let known = -1; known !== names.size; ) {
    known = names.size;
    for (const file of files) {
      if (!found.has(file) && [...names].some((name) => project.text(file).includes(name))) {
        found.add(file);
        for (const name of newNames(project.parse(file))) names.add(name);
      }
    }
  }
  return files.filter((file) => found.has(file));
}

/** Returns the names under which a file may pass on a class that it extends or exports. */
function newNames(source: SourceFile): string[] {
  const classes = classesIn(source)
    .filter((node) => node.getExtends() !== undefined)
    .map((node) => node.getName() ?? "");
  const aliases = source
    .getExportDeclarations()
    .flatMap((declaration) => declaration.getNamedExports())
    .map((named) => named.getAliasNode()?.getText() ?? "");
  return [...classes, ...aliases].filter((name) => name !== "" && name !== "default");
}

function classesIn(source: SourceFile): AnyClass[] {
  return source
    .getDescendants()
    .filter(
      (node): node is AnyClass => Node.isClassDeclaration(node) || Node.isClassExpression(node),
    );
}

/** Returns the specifier from which the name after `extends` is imported. */
function importBehind(node: AnyClass): string | undefined {
  const expression = node.getExtends()?.getExpression();
  const head = Node.isPropertyAccessExpression(expression)
    ? expression.getExpression()
    : expression;
  const name = head?.getText();
  return node
    .getSourceFile()
    .getImportDeclarations()
    .find(
      (found) =>
        found.getDefaultImport()?.getText() === name ||
        found.getNamespaceImport()?.getText() === name ||
        found
          .getNamedImports()
          .some((named) => (named.getAliasNode()?.getText() ?? named.getName()) === name),
    )
    ?.getModuleSpecifierValue();
}

type Target = AnyClass | Reactor;

/** Follows `extends` from file to file. */
class BaseResolver {
  readonly #project: Project;
  readonly #reactors: readonly Reactor[];

  constructor(project: Project, reactors: readonly Reactor[]) {
    this.#project = project;
    this.#reactors = reactors;
  }

  lineage(node: AnyClass): { reactor: Reactor; ancestors: AnyClass[] } | undefined {
    const ancestors: AnyClass[] = [];
    for (let current = node; ; ) {
      const expression = current.getExtends()?.getExpression();
      const target = expression === undefined ? undefined : this.#expression(expression);
      if (target === undefined) return undefined;
      if (!Node.isNode(target)) return { reactor: target, ancestors };
      // The compiler reports a class that extends itself.
      if (target === node || ancestors.includes(target)) return undefined;
      ancestors.push(target);
      current = target;
    }
  }

  #expression(node: Node): Target | undefined {
    if (Node.isParenthesizedExpression(node) || Node.isAsExpression(node)) {
      return this.#expression(node.getExpression());
    }
    if (Node.isClassExpression(node)) return node;
    if (Node.isIdentifier(node)) return this.#local(node.getSourceFile(), node.getText());
    if (Node.isPropertyAccessExpression(node)) {
      const [source, name] = [node.getSourceFile(), node.getName()];
      const namespace = source
        .getImportDeclarations()
        .find((found) => found.getNamespaceImport()?.getText() === node.getExpression().getText());
      return namespace === undefined
        ? this.#byName(name, "")
        : this.#imported(namespace.getModuleSpecifierValue(), source, name);
    }
    // A mixin extends its argument.
    if (Node.isCallExpression(node)) {
      for (const argument of node.getArguments()) {
        const target = this.#expression(argument);
        if (target !== undefined) return target;
      }
    }
    return undefined;
  }

  /** Resolves a name in a file. */
  #local(source: SourceFile, name: string): Target | undefined {
    const own = this.#reactor(this.#project.pathOf(source), name);
    if (own !== undefined) return own;
    const declared = classesIn(source).find((node) => node.getName() === name);
    if (declared !== undefined) return declared;
    const value = source.getVariableDeclaration(name)?.getInitializer();
    if (value !== undefined) return this.#expression(value);
    for (const declaration of source.getImportDeclarations()) {
      const specifier = declaration.getModuleSpecifierValue();
      if (declaration.getDefaultImport()?.getText() === name) {
        return this.#imported(specifier, source, "default");
      }
      const named = declaration
        .getNamedImports()
        .find((found) => (found.getAliasNode()?.getText() ?? found.getName()) === name);
      if (named !== undefined) return this.#imported(specifier, source, named.getName());
    }
    return undefined;
  }

  #imported(specifier: string, from: SourceFile, name: string): Target | undefined {
    // The bases of the reactors themselves.
    if (specifier === codegenEntry) return undefined;
    const file = this.#project.resolve(specifier, this.#project.pathOf(from));
    // An unresolved specifier may be a package that is not built yet.
    return file === undefined
      ? this.#byName(name, specifier)
      : this.#exported(file, name, new Set());
  }

  #exported(file: string, name: string, seen: Set<string>): Target | undefined {
    if (seen.has(file)) return undefined;
    seen.add(file);
    const reactor = this.#reactor(file, name);
    if (reactor !== undefined) return reactor;
    const source = this.#project.parse(file);
    const handedOn = this.#handedOn(source, name, seen);
    if (handedOn !== undefined) return handedOn;
    if (name === "default") {
      const assigned = source.getExportAssignment((found) => !found.isExportEquals());
      if (assigned !== undefined) return this.#expression(assigned.getExpression());
      return source.getClasses().find((node) => node.isDefaultExport());
    }
    return source.getClass(name) ?? this.#variable(source, name);
  }

  /** Resolves `export { … }` and `export *`. */
  #handedOn(source: SourceFile, name: string, seen: Set<string>): Target | undefined {
    for (const declaration of source.getExportDeclarations()) {
      const named = declaration
        .getNamedExports()
        .find((found) => (found.getAliasNode()?.getText() ?? found.getName()) === name);
      const specifier = declaration.getModuleSpecifierValue();
      if (named !== undefined && specifier === undefined) {
        return this.#local(source, named.getName());
      }
      const next =
        specifier === undefined
          ? undefined
          : this.#project.resolve(specifier, this.#project.pathOf(source));
      const all = declaration.isNamespaceExport() && !declaration.getNamespaceExport();
      if (next !== undefined && (named !== undefined || all)) {
        const target = this.#exported(next, named?.getName() ?? name, seen);
        if (target !== undefined) return target;
      }
    }
    return undefined;
  }

  #variable(source: SourceFile, name: string): Target | undefined {
    const value = source.getVariableDeclaration(name)?.getInitializer();
    return value === undefined ? undefined : this.#expression(value);
  }

  /** Returns the reactor of that name in a file, even if the file is the compiled output of the generated file. */
  #reactor(file: string, name: string): Reactor | undefined {
    const exact = this.#reactors.find((known) => known.file === file && known.name === name);
    if (exact !== undefined || !isDeclaration(file)) return exact;
    return reactorsIn(this.#project, file).some((found) => found.name === name)
      ? this.#byName(name, file)
      : undefined;
  }

  /** Returns the only reactor of that name, or the reactor whose path shares the longest end with the given path. */
  #byName(name: string, path: string): Reactor | undefined {
    const [best, second] = this.#reactors
      .filter((known) => known.name === name)
      .map((known) => ({ known, alike: alike(known.file, path) }))
      .sort((a, b) => b.alike - a.alike);
    return second !== undefined && second.alike === best?.alike ? undefined : best?.known;
  }
}

/** Returns the number of parts that two paths share at their ends. */
function alike(a: string, b: string): number {
  const [x, y] = [a, b].map((path) =>
    path
      .replace(/(\.d)?\.[cm]?[jt]sx?$/, "")
      .split(/[\\/]/)
      .reverse(),
  );
  const different = x?.findIndex((part, i) => part !== y?.[i]) ?? 0;
  return different === -1 ? (x?.length ?? 0) : different;
}
