import type { DescFile } from "@bufbuild/protobuf";
import { position } from "./source-info.js";

/** Thrown when the schema or the parameters cannot be generated from; its message is all that a user sees. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
}

/** Gathers what is wrong with the files of one run, so that a user reads all of it at once. */
export class Mistakes {
  readonly #found: { file: string; line: number; column: number; text: string }[] = [];

  /** @param path - of the element in the file's descriptor, as in `SourceCodeInfo.Location.path`. */
  add(file: DescFile, path: readonly number[], text: string): void {
    const { line, column } = position(file, path) ?? { line: 0, column: 0 };
    this.#found.push({ file: file.proto.name, line, column, text });
  }

  throwIfAny(): void {
    if (this.#found.length === 0) {
      return;
    }
    const lines = this.#found
      .toSorted((a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column)
      .map(({ file, line, column, text }) => `${place(file, line, column)}: ${text}`);
    throw new SchemaError(lines.join("\n"));
  }
}

/** Where an element stands, as `file:line:column`. */
export function where(file: DescFile, path: readonly number[]): string {
  const { line, column } = position(file, path) ?? { line: 0, column: 0 };
  return place(file.proto.name, line, column);
}

function place(file: string, line: number, column: number): string {
  // A descriptor set may come without source information.
  return line === 0 ? file : `${file}:${line}:${column}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
