import { Node, type SourceFile, type Statement } from "ts-morph";

/** Returns every name that the top level of a file declares or imports, and the type parameters of its classes. */
export function declaredNames(source: SourceFile): Set<string> {
  return new Set([...importedNames(source), ...source.getStatements().flatMap(namesOf)]);
}

function importedNames(source: SourceFile): string[] {
  return source
    .getImportDeclarations()
    .flatMap((declaration) => [
      declaration.getDefaultImport()?.getText() ?? "",
      declaration.getNamespaceImport()?.getText() ?? "",
      ...declaration
        .getNamedImports()
        .map((named) => named.getAliasNode()?.getText() ?? named.getName()),
    ])
    .filter((name) => name !== "");
}

function namesOf(statement: Statement): string[] {
  if (Node.isVariableStatement(statement)) {
    return statement.getDeclarations().map((declared) => declared.getName());
  }
  if (Node.isClassDeclaration(statement)) {
    const parameters = statement.getTypeParameters().map((parameter) => parameter.getName());
    return [statement.getName() ?? "", ...parameters];
  }
  if (
    Node.isFunctionDeclaration(statement) ||
    Node.isInterfaceDeclaration(statement) ||
    Node.isTypeAliasDeclaration(statement) ||
    Node.isEnumDeclaration(statement)
  ) {
    return [statement.getName() ?? ""];
  }
  return [];
}
