import { keyOf, type Routed } from "../../connection/frames/routed.js";
import type { Envelope } from "../envelope/format.js";

/** The number of clients whose clocks are remembered; beyond it the oldest entry is dropped. */
const CLIENTS = 10_000;

/**
 * A client whose requests all seem late for this long was not held up: its clock stood still for a
 * while, like that of a sleeping computer.
 */
const SHIFTED_AFTER_MS = 10_000;

/** The least delay of a late request; a smaller delay may come from a busy process. */
const TOLERANCE_MS = 20;

interface Client {
  /** The least difference between this process's clock and the client's that a request has shown. */
  least: number;
  /** The arrival of the first late request, with none in time since then. */
  lateSince: number | undefined;
}

/**
 * Measures the delay of requests, although the clocks of client and server differ. The fastest
 * request of a client shows the difference of the clocks: a request that seems to have taken longer
 * was delayed, by a stalled link or a stopped process. A delay that began with a client's first
 * request is noticed once a faster request has arrived.
 */
export class ClockOffsets {
  readonly #clients = new Map<string, Client>();

  /**
   * Returns the remaining time-out of a request that has just arrived, in milliseconds; `undefined`
   * for no limit.
   *
   * @param arrivedAt - The time of its arrival, as `performance.now()` counts.
   */
  timeLeft(
    { route }: Routed<Uint8Array>,
    envelope: Envelope,
    arrivedAt: number,
  ): number | undefined {
    const { timeoutMs, sentAt } = envelope;
    if (timeoutMs === undefined || timeoutMs === 0) return undefined;
    const [client] = route;
    if (sentAt === undefined || client === undefined) return timeoutMs;
    return timeoutMs - this.delayOf(client, sentAt, performance.timeOrigin + arrivedAt);
  }

  /**
   * Returns the delay of a request compared with the fastest request of its client, in
   * milliseconds.
   *
   * @param client - The identity of the client's socket.
   * @param sentAt - The time on the client's clock when it sent the request.
   */
  delayOf(client: Uint8Array, sentAt: number, now: number): number {
    const key = keyOf(client);
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
