// The format of a recording, which docs/cli.md describes: lines of JSON, a header and then one line for each event.
import { ExitCode } from "../app/exit-codes.js";
import { CommandFailure } from "../app/failure.js";

/** The version of the format. It grows when an older reader could not read the file. */
export const FORMAT_VERSION = 1;

/** The first line of a recording. */
export interface Header {
  /** The version of the format; names the format too. */
  readonly dividereRecording: number;
  /** The start, in the form of `Date.toISOString`. */
  readonly startedAt: string;
  readonly endpoints: readonly string[];
  /** The schema of the events in base64: a serialised FileDescriptorSet. */
  readonly schema?: string;
}

/** An event of a recording. */
export interface RecordedEvent {
  /** The time since the start, in milliseconds. */
  readonly atMs: number;
  /** The index of the endpoint in the header's list. */
  readonly endpoint: number;
  /** The name of the message's type, for readers; the envelope has it too. */
  readonly type: string;
  /** The envelope in base64, as it came. */
  readonly envelope: string;
}

/** Reads the first line of a recording. */
export function parseHeader(line: string | undefined, path: string): Header {
  const header = parse(line ?? "") as Partial<Header> | undefined;
  if (typeof header?.dividereRecording !== "number" || !Array.isArray(header.endpoints)) {
    throw invalid(
      path,
      1,
      "is not the header of a recording",
      "dividere record writes recordings.",
    );
  }
  if (header.dividereRecording > FORMAT_VERSION) {
    const why = `has version ${header.dividereRecording} of the format, and this command knows ${FORMAT_VERSION}`;
    throw invalid(path, 1, why, "Install a newer dividere-cli.");
  }
  return header as Header;
}

/** Reads an event of a recording. */
export function parseEvent(line: string, path: string, number: number): RecordedEvent {
  const event = parse(line) as Partial<RecordedEvent> | undefined;
  const { atMs, endpoint, type, envelope } = event ?? {};
  const isEvent =
    typeof atMs === "number" &&
    typeof endpoint === "number" &&
    typeof type === "string" &&
    typeof envelope === "string";
  if (isEvent) return { atMs, endpoint, type, envelope };
  throw invalid(
    path,
    number,
    "is not an event",
    "The events before it are whole; was the recording cut off?",
  );
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The caller names the file and the line.
    return undefined;
  }
}

function invalid(path: string, line: number, why: string, hint: string): CommandFailure {
  return new CommandFailure("RECORDING_INVALID", ExitCode.usage, `${path}:${line} ${why}`, {
    hint,
  });
}
