import { readFileSync, symlinkSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { type ClassDeclaration, Node, Scope, type SourceFile } from "ts-morph";
import { root, run } from "../../support/child.js";
import { TemporaryFolder } from "../../support/temporary-folder.js";

/** A program shown in a comment or on a page. */
export interface Program {
  /** The file that shows it, from the repository's top folder. */
  readonly file: string;
  /** The line of its first line, from 1. */
  readonly line: number;
  readonly text: string;
}

/** The programs of every `@example`: each block that is marked as `ts`. */
export function programsInExamples(sources: readonly SourceFile[]): Program[] {
  return sources.flatMap((source) => {
    const file = placeOf(source.getFilePath());
    const comments = source
      .getDescendants()
      .flatMap((node) => (Node.isJSDocable(node) ? node.getJsDocs() : []));
    return comments
      .flatMap((comment) => comment.getTags())
      .filter((tag) => tag.getTagName() === "example")
      .flatMap((tag) => blocksIn(file, tag.getStartLineNumber(), tag.getText(), /^[ \t]*\* ?/));
  });
}

/** The programs of a page: each block that is marked as `ts` and imports what it needs. */
export function programsOnPage(file: string): Program[] {
  return blocksIn(file, 1, readFileSync(join(root, file), "utf8"), /^/).filter(({ text }) =>
    /^import /m.test(text),
  );
}

/** @param margin - What every line begins with. */
function blocksIn(file: string, firstLine: number, text: string, margin: RegExp): Program[] {
  const lines = text.split("\n").map((line) => line.replace(margin, ""));
  const programs: Program[] = [];
  for (let index = 0; index < lines.length; index++) {
    if (lines[index] !== "```ts") continue;
    const end = lines.indexOf("```", index);
    const last = end === -1 ? lines.length : end;
    programs.push({
      file,
      line: firstLine + index + 1,
      text: lines.slice(index + 1, last).join("\n"),
    });
    index = last;
  }
  return programs;
}

/**
 * Type-checks programs in one go, with the repository's own settings.
 *
 * @param generated - The folder that they import as `./gen/…`.
 * @returns One line a mistake, by the file and line that show it.
 */
export async function findMistakes(
  programs: readonly Program[],
  generated: string,
): Promise<string[]> {
  using folder = new TemporaryFolder();
  symlinkSync(join(root, "node_modules"), folder.file("node_modules"), "junction");
  symlinkSync(generated, folder.file("gen"), "junction");
  folder.write("package.json", '{ "type": "module" }');
  const files = programs.map((_, index) => `program-${index}.ts`);
  const compilerOptions = { noEmit: true };
  const settings = { extends: join(root, "tsconfig.base.json"), compilerOptions, files };
  folder.write("tsconfig.json", JSON.stringify(settings));
  for (const [index, { line, text }] of programs.entries()) {
    // The empty lines give every line the number that it has where it is shown.
    folder.write(`program-${index}.ts`, `${"\n".repeat(line - 1)}${text}\nexport {};\n`);
  }
  const { stdout } = await run("tsc", ["--pretty", "false"], { cwd: folder.path });
  const errors = stdout.split(/\n(?=\S)/).filter((error) => error.trim() !== "");
  return errors.map((error) => {
    const [, index, line, message] = /^program-(\d+)\.ts\((\d+),\d+\): (.+)$/s.exec(error) ?? [];
    const program = programs[Number(index)];
    return program === undefined ? error.trim() : `${program.file}:${line}: ${message?.trim()}`;
  });
}

/**
 * The classes that an entry point exports for its users to construct or to extend, errors aside,
 * whose comment has no `@example`.
 *
 * @returns One line a class.
 */
export function classesWithoutExample(entry: SourceFile): string[] {
  return [...entry.getExportedDeclarations()].flatMap(([name, declarations]) =>
    declarations.flatMap((declaration) => {
      // `export * as LoadBalancing`
      if (Node.isSourceFile(declaration)) return classesWithoutExample(declaration);
      if (!Node.isClassDeclaration(declaration)) return [];
      if (isError(declaration) || !isConstructible(declaration)) return [];
      const tags = declaration.getJsDocs().flatMap((comment) => comment.getTags());
      if (tags.some((tag) => tag.getTagName() === "example")) return [];
      const place = placeOf(declaration.getSourceFile().getFilePath());
      return [`${place}:${declaration.getStartLineNumber()}: ${name} has no @example`];
    }),
  );
}

function isError(declaration: ClassDeclaration): boolean {
  const base = declaration.getBaseClass();
  return base === undefined
    ? declaration.getExtends()?.getExpression().getText() === "Error"
    : isError(base);
}

/** Whether the constructor, its own or the one that it inherits, is public. */
function isConstructible(declaration: ClassDeclaration): boolean {
  const [own] = declaration.getConstructors();
  if (own !== undefined) return own.getScope() === Scope.Public;
  const base = declaration.getBaseClass();
  return base === undefined || isConstructible(base);
}

function placeOf(path: string): string {
  return relative(root, path).split(sep).join("/");
}
