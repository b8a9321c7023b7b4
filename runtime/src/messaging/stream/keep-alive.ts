import type { StreamEnd } from "./stream-end.js";

/**
 * The default for the longest pause between two steps of a call, in milliseconds; the client may
 * set another.
 */
export const KEEP_ALIVE_MS = 10_000;

const TICK_MS = 500;

/** Watches the open streams of a client or a reactor, with one timer for all of them. */
export class KeepAlive {
  readonly #ends = new Map<StreamEnd, (error: unknown) => void>();
  #timer: NodeJS.Timeout | undefined;
  #lastTick = 0;

  /** The number of watched streams. */
  get size(): number {
    return this.#ends.size;
  }

  /** @param onSilent - Called when the other end has been silent for too long. */
  add(end: StreamEnd, onSilent: (error: unknown) => void): void {
    this.#ends.set(end, onSilent);
    if (this.#timer !== undefined) return;
    this.#lastTick = performance.now();
    // The sockets keep the process alive while messages are expected; this timer need not.
    this.#timer = setInterval(() => this.#tick(), TICK_MS).unref();
  }

  /** Stops watching a stream. */
  delete(end: StreamEnd): void {
    this.#ends.delete(end);
    if (this.#ends.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const now = performance.now();
    // A blocked event loop may not have read the frames that arrived.
    const blocked = now - this.#lastTick > 4 * TICK_MS;
    this.#lastTick = now;
    for (const [end, onSilent] of [...this.#ends]) {
      if (blocked) end.forgiveSilence(now);
      const error = end.tick(now);
      if (error !== undefined) onSilent(error);
    }
  }
}
