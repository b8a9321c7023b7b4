import { type MethodDeclaration, Node, type SourceFile, type TypeNode } from "ts-morph";

/** An abstract method of a reactor. */
export interface Handler {
  readonly name: string;
  /** Undefined in a declaration file, which does not hold it. */
  readonly rpc: string | undefined;
  /** Whether it gets a stream of requests. */
  readonly takesStream: boolean;
  /** Whether it answers with a stream. */
  readonly yields: boolean;
  /** The request, or each request of a stream. */
  readonly request: TypeText;
  /** The response, or each response of a stream. Undefined for an event, which has no answer. */
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

/** The runtime's entry point that only generated code imports. */
export const codegenEntry = "dividere/codegen";

/** Reads what a handler gets and answers from its abstract method. */
export function readHandler(method: MethodDeclaration, rpc: string | undefined): Handler {
  const request = method.getParameters()[0]?.getTypeNode();
  const answer = method.getReturnTypeNode();
  const requests = streamed(request);
  const responses = streamed(answer);
  const response = responses ?? responseIn(answer);
  return {
    name: method.getName(),
    rpc,
    takesStream: requests !== undefined,
    yields: responses !== undefined,
    request: readType(requests ?? request),
    response: response === undefined ? undefined : readType(wholeMessage(response)),
  };
}

/** Returns the type of a stream's messages; undefined for a type that is no stream. */
export function streamed(type: TypeNode | undefined): TypeNode | undefined {
  return /^(globalThis\.)?Async(Iterable(Iterator)?|Generator)$/.test(nameOf(type))
    ? argumentOf(type)
    : undefined;
}

/** Returns the imported symbol behind a local name, if it is an import. */
export function importedAs(source: SourceFile, local: string): GeneratedSymbol | undefined {
  for (const declaration of source.getImportDeclarations()) {
    for (const named of declaration.getNamedImports()) {
      if ((named.getAliasNode()?.getText() ?? named.getName()) === local) {
        return { name: named.getName(), specifier: declaration.getModuleSpecifierValue() };
      }
    }
  }
  return undefined;
}

/** Returns the message of `Msg01 | Promise<Msg01>`; undefined for `void | Promise<void>`. */
function responseIn(answer: TypeNode | undefined): TypeNode | undefined {
  const alternatives = Node.isUnionTypeNode(answer) ? answer.getTypeNodes() : [answer];
  return alternatives.find(
    (type) =>
      type !== undefined && !/^(void|(globalThis\.)?Promise(\$\d+)?<.*>)$/s.test(type.getText()),
  );
}

/** Returns the message of a type whose fields may be left out: a new handler answers whole messages. */
function wholeMessage(type: TypeNode): TypeNode {
  const source = type.getSourceFile();
  const argument = argumentOf(type);
  const symbol = importedAs(source, nameOf(type));
  if (argument === undefined || symbol === undefined) return type;
  if (symbol.name === "MessageInit" && symbol.specifier === codegenEntry) return argument;
  return symbol.name === "MessageInitShape" && Node.isTypeQuery(argument)
    ? (messageOf(argument.getExprName().getText(), source) ?? type)
    : type;
}

/** Returns the message of a protobuf-es schema: the generated file declares the message type that it makes of it. */
function messageOf(schema: string, source: SourceFile): TypeNode | undefined {
  const made = source.getVariableDeclarations().find((declaration) => {
    const value = declaration.getInitializer();
    return Node.isCallExpression(value) && value.getArguments()[0]?.getText() === schema;
  });
  return argumentOf(made?.getTypeNode());
}

function nameOf(type: TypeNode | undefined): string {
  return Node.isTypeReference(type) ? type.getTypeName().getText() : "";
}

function argumentOf(type: TypeNode | undefined): TypeNode | undefined {
  return Node.isTypeReference(type) ? type.getTypeArguments()[0] : undefined;
}

function readType(type: TypeNode | undefined): TypeText {
  if (type === undefined) return { text: "unknown", uses: [] };
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
