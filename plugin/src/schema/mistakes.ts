import type { DescFile } from "@bufbuild/protobuf";
import { fileOf, type Positioned, pathOf, position } from "./source-info.js";

/** Thrown when no code can be generated from the schema or the parameters; the user sees its message alone. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
}

// One cause, such as a whole schema in proto2, may show in thousands of places.
const shown = 50;

/** Collects the mistakes in the files of one run, so that a user reads all of them at once. */
export class Mistakes {
  readonly #found: { file: string; line: number; column: number; text: string }[] = [];

  /**
   * @param text - The mistake and, after a semicolon, the next step.
   * @param path - The path of the element in the file's descriptor, as in `SourceCodeInfo.Location.path`; by default
   *   the path of `desc` itself.
   */
  add(desc: Positioned | DescFile, text: string, path: readonly number[] = pathIn(desc)): void {
    const file = desc.kind === "file" ? desc : fileOf(desc);
    const { line, column } = position(file, path) ?? { line: 0, column: 0 };
    this.#found.push({ file: file.proto.name, line, column, text });
  }

  /** Whether there are any. */
  get found(): boolean {
    return this.#found.length > 0;
  }

  /** Adds the mistakes that were collected elsewhere. */
  append(others: Mistakes): void {
    this.#found.push(...others.#found);
  }

  throwIfAny(): void {
    if (this.#found.length === 0) {
      return;
    }
    const lines = this.#found
      .toSorted((a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column)
      .map(({ file, line, column, text }) => `${place(file, line, column)}: ${text}`);
    // Several services may cause the same mistake.
    const unique = [...new Set(lines)];
    const more = unique.length - shown;
    throw new SchemaError(
      [...unique.slice(0, shown), ...(more > 0 ? [`and ${more} more like these`] : [])].join("\n"),
    );
  }
}

/** Returns the position of an element, as `file:line:column`. */
export function where(desc: Positioned, path: readonly number[] = pathOf(desc)): string {
  const file = fileOf(desc);
  const { line, column } = position(file, path) ?? { line: 0, column: 0 };
  return place(file.proto.name, line, column);
}

function pathIn(desc: Positioned | DescFile): number[] {
  return desc.kind === "file" ? [] : pathOf(desc);
}

function place(file: string, line: number, column: number): string {
  // A descriptor set may come without source information.
  return line === 0 ? file : `${file}:${line}:${column}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
