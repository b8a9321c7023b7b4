import type { Routed } from "../../connection/frames/routed.js";
import type { Envelope } from "../envelope/format.js";

/** The number of clients whose clocks are remembered; the one that was heard first is forgotten. */
const CLIENTS = 10_000;

/**
 * Tells how long requests were on their way, although the clocks of client and server differ. The
 * quickest request of a client shows by how much: a later one that seems to have taken longer was
 * held up, by a link that stalled or a process that was stopped. A client that is held up from its
 * first request on is noticed once a quicker one has come.
 */
export class ClockOffsets {
  readonly #offsets = new Map<string, number>();

  /**
   * Returns when the client of a request that has just arrived stops waiting, as `Date.now()` counts
   * here; `undefined` for never.
   */
  deadlineOf({ route }: Routed<Uint8Array>, envelope: Envelope): number | undefined {
    const { timeoutMs, sentAt } = envelope;
    if (timeoutMs === undefined || timeoutMs === 0) return undefined;
    const now = Date.now();
    const [client] = route;
    if (sentAt === undefined || client === undefined) return now + timeoutMs;
    return now + timeoutMs - this.delayOf(client, sentAt, now);
  }

  /**
   * Returns how much longer a request took than the quickest of its client, in milliseconds.
   *
   * @param client - The identity of the client's socket.
   * @param sentAt - The time on the client's clock when it sent the request.
   */
  delayOf(client: Uint8Array, sentAt: number, now: number): number {
    const key = Buffer.from(client.buffer, client.byteOffset, client.length).toString("latin1");
    const offset = now - sentAt;
    const least = this.#offsets.get(key);
    if (least !== undefined && least <= offset) return offset - least;
    this.#offsets.set(key, offset);
    if (this.#offsets.size > CLIENTS) {
      const [first] = this.#offsets.keys();
      if (first !== undefined) this.#offsets.delete(first);
    }
    return 0;
  }
}
