import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { ExitCode } from "../app/exit-codes.js";
import { CommandFailure } from "../app/failure.js";
import { type Header, parseEvent, parseHeader, type RecordedEvent } from "./format.js";

/** A recording that is read from the beginning to the end, once. */
export interface Recording {
  readonly header: Header;
  readonly events: AsyncIterable<RecordedEvent>;
}

/**
 * Opens a recording.
 *
 * @throws CommandFailure when the file cannot be read or is no recording.
 */
export async function openRecording(path: string): Promise<Recording> {
  const lines = linesOf(path);
  const first = await lines.next();
  const header = parseHeader(first.done === true ? undefined : first.value, path);
  return { header, events: eventsOf(lines, path) };
}

async function* eventsOf(
  lines: AsyncGenerator<string>,
  path: string,
): AsyncGenerator<RecordedEvent> {
  let number = 1;
  for await (const line of lines) {
    number++;
    if (line !== "") yield parseEvent(line, path, number);
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const stream = createReadStream(path, "utf8");
  try {
    yield* createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (cause) {
    const message = `${path} cannot be read: ${(cause as Error).message}`;
    throw new CommandFailure("FILE_NOT_FOUND", ExitCode.usage, message, { cause });
  } finally {
    stream.destroy();
  }
}
