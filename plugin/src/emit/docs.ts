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

/** Joins paragraphs with empty lines, and adds the tag of a deprecated element at the end. */
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

/** Makes a doc comment that no text in its lines can end. */
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
    // The compiler leaves one asterisk of a comment that begins with two.
    .replace(/^\*+(?=\s)/, "")
    .split(/\r\n|\r|\n|\u2028|\u2029/)
    // Control characters do not belong in source, and the renderer uses one as its mark.
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
