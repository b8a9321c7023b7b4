import type { StreamEnd } from "./stream-end.js";

/** The longest pause between two steps of a call unless its client says otherwise, in milliseconds. */
export const KEEP_ALIVE_MS = 10_000;

const TICK_MS = 500;

/** Looks after the open streams of a client or a reactor, with one timer for all of them. */
export class KeepAlive {
  readonly #ends = new Map<StreamEnd, (error: unknown) => void>();
  #timer: NodeJS.Timeout | undefined;
  #lastTick = 0;

  /** The number of streams that are looked after. */
  get size(): number {
    return this.#ends.size;
  }

  /** @param onSilent - Called when the other end has shown no sign of life. */
  add(end: StreamEnd, onSilent: (error: unknown) => void): void {
    this.#ends.set(end, onSilent);
    if (this.#timer !== undefined) return;
    this.#lastTick = performance.now();
    // The sockets hold the process as long as something is to come; this timer need not.
    this.#timer = setInterval(() => this.#tick(), TICK_MS).unref();
  }

  /** Forgets a stream. */
  delete(end: StreamEnd): void {
    this.#ends.delete(end);
    if (this.#ends.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const now = performance.now();
    // A blocked loop has not read what may have come.
    const blocked = now - this.#lastTick > 4 * TICK_MS;
    this.#lastTick = now;
    for (const [end, onSilent] of [...this.#ends]) {
      if (blocked) end.forgiveSilence(now);
      const error = end.tick(now);
      if (error !== undefined) onSilent(error);
    }
  }
}
