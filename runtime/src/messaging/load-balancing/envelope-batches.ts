import { PassingMap } from "../../base/passing-map.js";
import { type Frames, keyOf } from "../../connection/frames/routed.js";
import type { AnswerBatches, Inspected } from "../../connection/load-balancing/signals.js";
import type { RelaySocket } from "../../connection/relay/relay-socket.js";
import { CallBatches } from "../batch/call-batches.js";
import { showFeature } from "../batch/show-feature.js";
import { callSplitter } from "../batch/split.js";
import { Feature } from "../envelope/format.js";

/** The most clients that are known to read answers that travel together. */
const MOST_READERS = 10_000;

/**
 * Splits the requests that travel together from a client to a broker, and lets the answers to a
 * client that reads them travel together. Shows this feature in the answers, in place of the servers,
 * which get each request alone.
 */
export class EnvelopeBatches implements AnswerBatches {
  readonly #frontend: RelaySocket;
  readonly #batches: CallBatches;
  /** The clients that have last shown that they read batches. */
  readonly #readers = new PassingMap<string, true>();

  constructor(frontend: RelaySocket) {
    this.#frontend = frontend;
    frontend.splitWith(callSplitter(4));
    this.#batches = new CallBatches(frontend);
  }

  note(request: Frames, { features = 0 }: Inspected): void {
    const client = directClient(request);
    if (client === undefined) return;
    const key = keyOf(client);
    const reads = (features & Feature.BATCH) !== 0;
    if (reads === this.#readers.has(key)) return;
    if (!reads) {
      this.#readers.delete(key);
      return;
    }
    this.#readers.set(key, true);
    // A client that is forgotten gets its answers alone, and is known again at its next request.
    if (this.#readers.size > MOST_READERS) this.#forgetOldest();
  }

  send(answer: Frames, more: boolean): Promise<void> {
    const client = directClient(answer);
    if (client === undefined || !this.#readers.has(keyOf(client)))
      return this.#frontend.send(answer);
    const envelope = showFeature(answer[3] as Uint8Array, Feature.BATCH);
    if (envelope === undefined) return this.#frontend.send(answer);
    const open = more ? Number.POSITIVE_INFINITY : 1;
    return this.#batches.send([client], answer[1] as Uint8Array, envelope, open);
  }

  #forgetOldest(): void {
    const { value: oldest } = this.#readers.keys().next();
    if (oldest !== undefined) this.#readers.delete(oldest);
  }
}

/** The client of a message, if no proxy or broker is between; its call has an id frame then. */
function directClient(frames: Frames): Uint8Array | undefined {
  return frames.length === 4 && frames[2]?.length === 0 ? frames[0] : undefined;
}
