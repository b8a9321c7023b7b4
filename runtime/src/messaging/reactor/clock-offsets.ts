import { steadyNow } from "../../base/wait.js";
import type { Routed } from "../../connection/frames/routed.js";
import type { Envelope } from "../envelope/format.js";

/** The number of clients whose clocks are remembered; the one that was heard first is forgotten. */
const CLIENTS = 10_000;

/**
 * A client whose requests seem late for so long, and without one in between that is not, was not held
 * up: its clock stood still for a while, as that of a computer that sleeps does.
 */
const SHIFTED_AFTER_MS = 10_000;

/** A request that is late by less may have met a busy process. */
const TOLERANCE_MS = 20;

interface Client {
  /** The least difference between this process's clock and the client's that a request has shown. */
  least: number;
  /** The arrival of the first of the late requests, with none in time since. */
  lateSince: number | undefined;
}

/**
 * Tells how long requests were on their way, although the clocks of client and server differ. The
 * quickest request of a client shows by how much: a later one that seems to have taken longer was
 * held up, by a link that stalled or a process that was stopped. A client that is held up from its
 * first request on is noticed once a quicker one has come.
 */
export class ClockOffsets {
  readonly #clients = new Map<string, Client>();

  /**
   * Returns the time that is left of the time-out of a request that has just arrived, in milliseconds;
   * `undefined` for no limit.
   */
  timeLeft({ route }: Routed<Uint8Array>, envelope: Envelope): number | undefined {
    const { timeoutMs, sentAt } = envelope;
    if (timeoutMs === undefined || timeoutMs === 0) return undefined;
    const [client] = route;
    if (sentAt === undefined || client === undefined) return timeoutMs;
    return timeoutMs - this.delayOf(client, sentAt, steadyNow());
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
    const known = this.#clients.get(key);
    if (known === undefined) {
      this.#remember(key, offset);
      return 0;
    }
    const delay = offset - known.least;
    if (delay <= TOLERANCE_MS) {
      known.least = Math.min(known.least, offset);
      known.lateSince = undefined;
      return Math.max(0, delay);
    }
    known.lateSince ??= now;
    if (now - known.lateSince < SHIFTED_AFTER_MS) return delay;
    known.least = offset;
    known.lateSince = undefined;
    return 0;
  }

  #remember(key: string, least: number): void {
    this.#clients.set(key, { least, lateSince: undefined });
    if (this.#clients.size <= CLIENTS) return;
    const [first] = this.#clients.keys();
    if (first !== undefined) this.#clients.delete(first);
  }
}
