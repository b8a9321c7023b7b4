import type { DescFile } from "@bufbuild/protobuf";
import { comments } from "../schema/source-info.js";

/** Returns the comment on an element of the proto file, as the lines of a doc comment. */
export function authorsLines(file: DescFile, path: readonly number[]): string[] {
  const lines: string[] = [];
  for (const comment of comments(file, path)) {
    lines.push(...(lines.length > 0 ? [""] : []), ...clean(comment));
  }
  return lines;
}

/** Paragraphs with an empty line between them, and the mark of what is deprecated at the end. */
export function docLines(
  paragraphs: readonly (readonly string[])[],
  deprecated: boolean,
): string[] {
  const lines = paragraphs
    .filter((paragraph) => paragraph.length > 0)
    .flatMap((paragraph, i) => (i > 0 ? ["", ...paragraph] : paragraph));
  return deprecated && !lines.some((line) => line.startsWith("@deprecated"))
    ? [...lines, "", "@deprecated"]
    : lines;
}

/** The lines as a doc comment that nothing in them can end. */
export function docBlock(lines: readonly string[], indentation: string): string {
  const safe = lines.map((line) => line.replaceAll("*/", "*\\/"));
  const [only] = safe;
  if (only !== undefined && safe.length === 1) {
    return `${indentation}/** ${only} */`;
  }
  return [
    `${indentation}/**`,
    ...safe.map((line) => `${indentation} *${line === "" ? "" : ` ${line}`}`),
    `${indentation} */`,
  ].join("\n");
}

function clean(comment: string): string[] {
  const lines = comment
    // Of a comment that begins with two asterisks the compiler leaves one.
    .replace(/^\*+(?=\s)/, "")
    .split(/\r\n|\r|\n|\u2028|\u2029/)
    // Control characters have no place in source, and the renderer uses one as its mark.
    .map((line) =>
      line
        .replace(/(?!\t)\p{Cc}/gu, "")
        .replace(/^ /, "")
        .trimEnd(),
    );
  while (lines.at(-1) === "") {
    lines.pop();
  }
  while (lines[0] === "") {
    lines.shift();
  }
  return lines;
}
