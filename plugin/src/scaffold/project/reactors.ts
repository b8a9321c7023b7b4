import { dirname, join, resolve } from "node:path";
import {
  type ClassDeclaration,
  type MethodDeclaration,
  Node,
  type SourceFile,
  type TypeNode,
} from "ts-morph";
import type { Base } from "../command/arguments.js";
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

/** An abstract method of a reactor. */
export interface Handler {
  readonly name: string;
  /** Undefined in a declaration file, which does not hold it. */
  readonly rpc: string | undefined;
  readonly request: TypeText;
  /** Undefined for an event, which has no answer. */
  readonly response: TypeText | undefined;
}

/** A type as the generated file writes it. */
export interface TypeText {
  readonly text: string;
  /** The names in the type that the generated file imports or declares. */
  readonly uses: readonly {
    readonly at: number;
    readonly local: string;
    readonly symbol: GeneratedSymbol;
  }[];
}

/** An export of a module. */
export interface GeneratedSymbol {
  readonly name: string;
  /** A path relative to the generated file, or a package. */
  readonly specifier: string;
}

const bases: Readonly<Record<string, Base>> = { ServiceReactor: "reactor", Service: "service" };

/** The runtime's entry point that only generated code imports. */
export const codegenEntry = "dividere/codegen";

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

function readHandler(method: MethodDeclaration, rpc: string | undefined): Handler {
  const request = method.getParameters()[0]?.getTypeNode();
  const answer = method.getReturnTypeNode();
  const alternatives = Node.isUnionTypeNode(answer) ? answer.getTypeNodes() : [answer];
  const response = alternatives.find(
    (type) =>
      type !== undefined && !/^(void|(globalThis\.)?Promise(\$\d+)?<.*>)$/s.test(type.getText()),
  );
  return {
    name: method.getName(),
    rpc,
    request: request === undefined ? { text: "unknown", uses: [] } : readType(request),
    response: response === undefined ? undefined : readType(response),
  };
}

function readType(type: TypeNode): TypeText {
  const identifiers = Node.isIdentifier(type)
    ? [type]
    : type.getDescendants().filter(Node.isIdentifier);
  return {
    text: type.getText(),
    uses: identifiers.flatMap((identifier) => {
      const local = identifier.getText();
      const symbol = importedAs(type.getSourceFile(), local);
      return symbol === undefined
        ? []
        : [{ at: identifier.getStart() - type.getStart(), local, symbol }];
    }),
  };
}

/** Returns the imported symbol behind a local name, if it is an import. */
function importedAs(source: SourceFile, local: string): GeneratedSymbol | undefined {
  for (const declaration of source.getImportDeclarations()) {
    for (const named of declaration.getNamedImports()) {
      if ((named.getAliasNode()?.getText() ?? named.getName()) === local) {
        return { name: named.getName(), specifier: declaration.getModuleSpecifierValue() };
      }
    }
  }
  return undefined;
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
  const definition =
    name === undefined ? undefined : source.getVariableDeclaration(name)?.getInitializer();
  const list = propertyOf(definition, "rpcs");
  const rpcs = Node.isArrayLiteralExpression(list) ? list.getElements() : [];
  return {
    typeName: stringOf(propertyOf(definition, "typeName")),
    rpcs: new Map(
      rpcs.flatMap((rpc) => {
        const handler = stringOf(propertyOf(rpc, "handler"));
        const rpcName = stringOf(propertyOf(rpc, "name"));
        return handler === undefined || rpcName === undefined ? [] : [[handler, rpcName]];
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
