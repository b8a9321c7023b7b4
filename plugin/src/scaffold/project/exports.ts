import { Node, type SourceFile } from "ts-morph";
import type { Project } from "./project.js";

/** Whether a file exports a name, directly or from other files: as any symbol, or only as a value that exists at run time. */
export function exportsName(
  project: Project,
  file: string,
  name: string,
  as: "anything" | "value",
  seen: Set<string> = new Set(),
): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  const source = project.parse(file);
  if (declares(source, name, as)) return true;
  return source.getExportDeclarations().some((declaration) => {
    if (as === "value" && declaration.isTypeOnly()) return false;
    const named = declaration
      .getNamedExports()
      .find((found) => (found.getAliasNode()?.getText() ?? found.getName()) === name);
    if (named !== undefined && as === "anything") return true;
    const specifier = declaration.getModuleSpecifierValue();
    const next = specifier === undefined ? undefined : project.resolve(specifier, file);
    return (
      next !== undefined &&
      (named !== undefined || declaration.isNamespaceExport()) &&
      exportsName(project, next, named?.getName() ?? name, as, seen)
    );
  });
}

function declares(source: SourceFile, name: string, as: "anything" | "value"): boolean {
  const values = [source.getVariableDeclaration(name), source.getClass(name), source.getEnum(name)];
  const types = [source.getInterface(name), source.getTypeAlias(name)];
  return [...values, ...(as === "anything" ? types : [])].some(
    (declaration) => Node.isExportGetable(declaration) && declaration.isExported(),
  );
}
