import { dirname, join, resolve } from "node:path";
import { type ClassDeclaration, Node, type SourceFile } from "ts-morph";
import type { Base } from "../command/arguments.js";
import { codegenEntry, type Handler, importedAs, readHandler } from "./handlers.js";
import type { Project } from "./project.js";

/** A generated class that users extend. */
export interface Reactor {
  readonly name: string;
  readonly kind: Base;
  readonly file: string;
  /** The full proto name of its service; the class's name if the file does not hold the proto name. */
  readonly service: string;
  /** The handlers that a subclass must have, in proto order. */
  readonly handlers: readonly Handler[];
}

const bases: Readonly<Record<string, Base>> = { ServiceReactor: "reactor", Service: "service" };

/** Returns the generated reactors of a file; none for a file that is not generated. */
export function reactorsIn(project: Project, file: string): Reactor[] {
  if (!project.text(file).includes(codegenEntry)) return [];
  const source = project.parse(file);
  return source.getClasses().flatMap((declaration) => {
    const name = declaration.getName();
    const kind = kindOf(declaration);
    return name !== undefined && kind !== undefined && declaration.isAbstract()
      ? [readReactor(file, source, declaration, name, kind)]
      : [];
  });
}

function kindOf(declaration: ClassDeclaration): Base | undefined {
  const parent = declaration.getExtends()?.getExpression().getText();
  if (parent === undefined) return undefined;
  const symbol = importedAs(declaration.getSourceFile(), parent);
  return symbol?.specifier === codegenEntry && Object.hasOwn(bases, symbol.name)
    ? bases[symbol.name]
    : undefined;
}

function readReactor(
  file: string,
  source: SourceFile,
  declaration: ClassDeclaration,
  name: string,
  kind: Base,
): Reactor {
  const definition = readDefinition(source, declaration);
  return {
    name,
    kind,
    file,
    service: definition.typeName ?? name.replace(/(Reactor|Service)$/, ""),
    handlers: declaration
      .getMethods()
      .filter((method) => method.isAbstract())
      .map((method) => readHandler(method, definition.rpcs.get(method.getName()))),
  };
}

interface Definition {
  readonly typeName: string | undefined;
  /** The names of the rpcs, by handler. */
  readonly rpcs: ReadonlyMap<string, string>;
}

/** Reads the service's definition, the first argument of the constructor's `super` call. */
function readDefinition(source: SourceFile, declaration: ClassDeclaration): Definition {
  const handedUp = declaration
    .getConstructors()[0]
    ?.getDescendants()
    .find((node) => Node.isCallExpression(node) && Node.isSuperExpression(node.getExpression()));
  const name = Node.isCallExpression(handedUp) ? handedUp.getArguments()[0]?.getText() : undefined;
  const value =
    name === undefined ? undefined : source.getVariableDeclaration(name)?.getInitializer();
  const definition = Node.isSatisfiesExpression(value) ? value.getExpression() : value;
  const rpcs = propertyOf(definition, "rpcs");
  const properties = Node.isObjectLiteralExpression(rpcs) ? rpcs.getProperties() : [];
  return {
    typeName: stringOf(propertyOf(definition, "typeName")),
    rpcs: new Map(
      properties.flatMap((property) => {
        const rpc = Node.isPropertyAssignment(property) ? property.getInitializer() : undefined;
        const handler = stringOf(propertyOf(rpc, "handler"));
        const path = stringOf(propertyOf(rpc, "path"));
        return handler === undefined || path === undefined
          ? []
          : [[handler, path.slice(path.lastIndexOf("/") + 1)]];
      }),
    ),
  };
}

function propertyOf(node: Node | undefined, name: string): Node | undefined {
  if (!Node.isObjectLiteralExpression(node)) return undefined;
  const property = node.getProperty(name);
  return Node.isPropertyAssignment(property) ? property.getInitializer() : undefined;
}

function stringOf(node: Node | undefined): string | undefined {
  return Node.isStringLiteral(node) ? node.getLiteralValue() : undefined;
}

/** Returns the file of a symbol, without an extension if the file was not found; a package keeps its name. */
export function moduleOf(project: Project, specifier: string, from: string): string {
  const found = project.resolve(specifier, from);
  if (found !== undefined) return found;
  return specifier.startsWith(".")
    ? resolve(join(dirname(from), specifier)).replace(/\.[cm]?[jt]sx?$/, "")
    : specifier;
}
