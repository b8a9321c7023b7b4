import { ENVELOPE_MSG, ENVELOPE_NAME, readerTopicOf } from "../envelope/format.js";

/** The subscriptions to one message type. */
interface Counts {
  /** Of subscribers that read batches. */
  readers: number;
  /** Of other subscribers. */
  plain: number;
}

/**
 * Knows from a publisher's subscriptions which types have only subscribers that read batches. A
 * subscriber of this package ends its subscription with the byte after the name
 * ({@link readerTopicOf}); any other subscription that matches messages of a type may be that of a
 * subscriber, or of a proxy for several, that reads single messages only.
 */
export class BatchReaders {
  readonly #byName = new Map<string, Counts>();
  /** The subscriptions that match more than one type, and how many there are of each. */
  readonly #broad = new Map<string, number>();

  /** Notes a subscription, or its end. */
  note(topic: Uint8Array, change: 1 | -1): void {
    const bytes = Buffer.from(topic.buffer, topic.byteOffset, topic.length);
    // No envelope begins otherwise.
    if (bytes.length > 0 && bytes[0] !== ENVELOPE_NAME) return;
    const end = endOfName(bytes);
    if (end === undefined) {
      const key = bytes.toString("latin1");
      const count = (this.#broad.get(key) ?? 0) + change;
      if (count > 0) this.#broad.set(key, count);
      else this.#broad.delete(key);
      return;
    }
    const name = bytes.toString("latin1", end.start, end.end);
    const counts = this.#byName.get(name) ?? { readers: 0, plain: 0 };
    const reads = bytes.length === end.end + 1 && bytes[end.end] === ENVELOPE_MSG;
    counts[reads ? "readers" : "plain"] += change;
    if (counts.readers > 0 || counts.plain > 0) this.#byName.set(name, counts);
    else this.#byName.delete(name);
  }

  /** Whether the type with that name has subscribers, and all of them read batches. */
  allRead(name: string): boolean {
    const counts = this.#byName.get(name);
    if (counts === undefined || counts.readers <= 0 || counts.plain > 0) return false;
    if (this.#broad.size === 0) return true;
    const topic = Buffer.from(readerTopicOf(name)).toString("latin1");
    for (const prefix of this.#broad.keys()) if (topic.startsWith(prefix)) return false;
    return true;
  }
}

/** Returns the place of the whole name with which a topic begins; `undefined` if it has none. */
function endOfName(topic: Buffer): { start: number; end: number } | undefined {
  let length = 0;
  for (let index = 0; index < 4; index++) {
    const byte = topic[1 + index];
    if (byte === undefined) return undefined;
    length |= (byte & 0x7f) << (7 * index);
    if (byte >= 0x80) continue;
    const start = 2 + index;
    return start + length <= topic.length ? { start, end: start + length } : undefined;
  }
  return undefined;
}
