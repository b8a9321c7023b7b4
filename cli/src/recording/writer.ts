import { once } from "node:events";
import { createWriteStream, existsSync, type WriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { ExitCode } from "../app/exit-codes.js";
import { CommandFailure } from "../app/failure.js";
import { FORMAT_VERSION, type Header, type RecordedEvent } from "./format.js";

/** Writes a recording; {@link close} completes it. */
export class RecordingWriter {
  readonly #stream: WriteStream;
  readonly #started: number = performance.now();
  #count = 0;

  private constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  /**
   * Begins a recording.
   *
   * @param replace - Whether an existing file is replaced.
   * @throws CommandFailure when the file exists or cannot be written.
   */
  static async begin(
    path: string,
    header: Pick<Header, "endpoints" | "schema">,
    replace: boolean,
  ): Promise<RecordingWriter> {
    const file = await open(path, replace ? "w" : "wx").catch((cause: NodeJS.ErrnoException) => {
      throw cause.code === "EEXIST" ? exists(path, cause) : unwritable(path, cause);
    });
    const stream = createWriteStream(path, { fd: file });
    const writer = new RecordingWriter(stream);
    const startedAt = new Date().toISOString();
    await writer.#write({ dividereRecording: FORMAT_VERSION, startedAt, ...header });
    return writer;
  }

  /** The number of events. */
  get count(): number {
    return this.#count;
  }

  /** Writes an event that has just come. */
  async add(endpoint: number, type: string, frame: Uint8Array): Promise<void> {
    const atMs = Number((performance.now() - this.#started).toFixed(3));
    const envelope = Buffer.from(frame.buffer, frame.byteOffset, frame.length).toString("base64");
    this.#count++;
    await this.#write({ atMs, endpoint, type, envelope } satisfies RecordedEvent);
  }

  /** Completes the file. */
  async close(): Promise<void> {
    this.#stream.end();
    await once(this.#stream, "close");
  }

  async #write(line: Header | RecordedEvent): Promise<void> {
    if (!this.#stream.write(`${JSON.stringify(line)}\n`)) await once(this.#stream, "drain");
  }
}

/** @throws CommandFailure when the file exists: a recording is not replaced unasked. */
export function refuseExisting(path: string): void {
  if (existsSync(path)) throw exists(path);
}

function exists(path: string, cause?: unknown): CommandFailure {
  return new CommandFailure("FILE_EXISTS", ExitCode.usage, `${path} exists already`, {
    cause,
    hint: "Choose another name, or add --force to replace it.",
  });
}

function unwritable(path: string, cause: Error): CommandFailure {
  const message = `${path} cannot be written: ${cause.message}`;
  return new CommandFailure("FILE_FAILED", ExitCode.usage, message, { cause });
}
