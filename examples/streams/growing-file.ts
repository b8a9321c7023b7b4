import { on } from "node:events";
import { watch } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";

/**
 * Reads the lines of a file, and then each line that is added to it, until `signal` is aborted. The first item has all
 * lines that are there already.
 */
export async function* growingLines(path: string, signal: AbortSignal): AsyncIterable<string[]> {
  // Watches before it reads, so that no change falls between the two.
  const watcher = watch(path);
  const changes = on(watcher, "change", { signal });
  try {
    await using file = await open(path);
    const reader = new LineReader(file);
    yield await reader.readNew();
    for await (const _ of changes) yield await reader.readNew();
  } finally {
    watcher.close();
  }
}

/** Reads the lines that have been added to a file since the last time. */
class LineReader {
  readonly #file: FileHandle;
  readonly #decoder = new StringDecoder("utf8");
  #position = 0;
  #unfinished = "";

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async readNew(): Promise<string[]> {
    const lines: string[] = [];
    for (;;) {
      const { bytesRead, buffer } = await this.#file.read({ position: this.#position });
      if (bytesRead === 0) return lines;
      this.#position += bytesRead;
      const text = this.#unfinished + this.#decoder.write(buffer.subarray(0, bytesRead));
      const parts = text.split("\n");
      this.#unfinished = parts.pop() ?? "";
      lines.push(...parts);
    }
  }
}
