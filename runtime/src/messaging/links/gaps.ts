import { Listeners } from "../../base/listeners.js";
import { log } from "../../base/log.js";
import { ENVELOPE_MSG, ENVELOPE_NAME, type Envelope } from "../envelope/format.js";
import { readEnvelope } from "../envelope/parse.js";

/** The loss of published messages: their publisher has sent them, and this subscriber did not get them. */
export interface Gap {
  /** The full name of the messages' type. */
  readonly type: string;
  /** The number of messages that are missing. */
  readonly lost: number;
  /** The number of the message that came after them, as its publisher counts those of the type. */
  readonly sequence: number;
  /** The number by which the publisher is known; a publisher that restarts has another. */
  readonly publisher: number;
}

/** The counters of what a subscriber missed. */
export interface GapCounts {
  /** Messages of publishers with the option `sequence` that never came. */
  readonly lost: number;
  /** The number of times that messages were missing. */
  readonly gaps: number;
  /** Messages that had come before and were dropped, such as a last value for another subscriber. */
  readonly repeated: number;
}

/** The most streams of a publisher and a type that are followed; the oldest is forgotten first. */
const MOST_STREAMS = 1_024;

interface Stream {
  last: number;
  hasLost: boolean;
}

/** Follows the numbers of published messages. */
export class Gaps {
  readonly #describe: () => string;
  readonly #listeners = new Listeners<Gap>("messaging");
  readonly #streams = new Map<string, Stream>();
  #lost = 0;
  #gaps = 0;
  #repeated = 0;

  /** @param describe - Names the subscriber in the log. */
  constructor(describe: () => string) {
    this.#describe = describe;
  }

  get counts(): GapCounts {
    return { lost: this.#lost, gaps: this.#gaps, repeated: this.#repeated };
  }

  /** Calls `listener` at each gap, until the returned function is called. */
  listen(listener: (gap: Gap) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Notes a message that arrived; returns whether it has not come before. */
  note(frame: Uint8Array): boolean {
    if (endsWithMessage(frame)) return true;
    let envelope: Envelope;
    try {
      envelope = readEnvelope(frame);
    } catch {
      // Whoever opens the frame gets the error.
      return true;
    }
    const { publication, typeName, msgName } = envelope;
    if (publication === undefined || publication.sequence === 0) return true;
    return this.#follow(typeName || msgName, publication.publisher, publication.sequence);
  }

  #follow(type: string, publisher: number, sequence: number): boolean {
    const key = `${publisher} ${type}`;
    const stream = this.#streams.get(key);
    if (stream === undefined) {
      // A subscriber that comes late has missed nothing.
      this.#streams.set(key, { last: sequence, hasLost: false });
      const [oldest] = this.#streams.keys();
      if (this.#streams.size > MOST_STREAMS) this.#streams.delete(oldest as string);
      return true;
    }
    if (sequence <= stream.last) {
      this.#repeated++;
      return false;
    }
    const lost = sequence - stream.last - 1;
    stream.last = sequence;
    if (lost > 0) this.#tell({ type, lost, sequence, publisher }, stream);
    return true;
  }

  #tell(gap: Gap, stream: Stream): void {
    this.#gaps++;
    this.#lost += gap.lost;
    log(
      "messaging",
      stream.hasLost ? "debug" : "warn",
      { ...gap },
      `${this.#describe()} lost ${gap.lost} messages of type ${gap.type}: it reads more slowly than they are published, or was not connected`,
    );
    stream.hasLost = true;
    this.#listeners.emit(gap);
  }
}

/** Whether an envelope has no field after its message, as that of a publisher that does not number. */
function endsWithMessage(frame: Uint8Array): boolean {
  const afterName = passField(frame, 0, ENVELOPE_NAME);
  return passField(frame, afterName, ENVELOPE_MSG) === frame.length;
}

/** Returns the place after a length-delimited field; -1 where there is none. */
function passField(frame: Uint8Array, at: number, tag: number): number {
  if (at < 0 || frame[at] !== tag) return -1;
  let length = 0;
  for (let index = 0; index < 4; index++) {
    const byte = frame[at + 1 + index];
    if (byte === undefined) return -1;
    length |= (byte & 0x7f) << (7 * index);
    if (byte < 0x80) return at + 2 + index + length;
  }
  return -1;
}
