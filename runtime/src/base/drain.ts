import { setTimeout as delay } from "node:timers/promises";

/** Options for `drain()`. */
export interface DrainOptions {
  /**
   * How long the work may go on, in milliseconds. 10,000 by default, for reactors and services their
   * `stopTimeoutMs`; `Infinity` is as long as it takes.
   */
  timeoutMs?: number;
}

/** What `drain()` has given up, because its time had passed or nobody was there to finish it. */
export interface Drained {
  /** Messages or requests that had not left, or not begun. */
  readonly queued: number;
  /** Requests that had left and were not answered, or had begun and were not done. */
  readonly inFlight: number;
}

/** What a `drain()` that finishes everything gives. */
export const NOTHING_GIVEN_UP: Drained = { queued: 0, inFlight: 0 };

/** How long `drain()` takes at most unless something else is said. */
export const DRAIN_MS = 10_000;

/** How often the work is looked at. */
const LOOK_EVERY_MS = 5;

/** Fulfilled once `done` holds, or after the time; keeps the process alive until then. */
export async function waitUntilDone(done: () => boolean, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!done() && performance.now() < deadline) await delay(LOOK_EVERY_MS);
}
