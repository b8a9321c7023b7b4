import { setTimeout as delay } from "node:timers/promises";

/** The times at which a load is sent, until an end. */
export class Pace {
  readonly #startedAt: number = performance.now();
  readonly #endsAt: number;
  readonly #intervalMs: number;
  readonly #signal: AbortSignal;
  #count = 0;

  /** @param rate - The number a second; `Infinity` for as fast as possible. */
  constructor(durationMs: number, rate: number, signal: AbortSignal) {
    this.#endsAt = this.#startedAt + durationMs;
    this.#intervalMs = 1_000 / rate;
    this.#signal = signal;
  }

  /** The time since the start, in milliseconds. */
  get elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  /**
   * Waits for the next turn and returns the moment at which it was due, from which its latency counts:
   * a load that falls behind its plan must not look fast. Returns `undefined` at the end.
   */
  async next(): Promise<number | undefined> {
    if (this.#signal.aborted) return undefined;
    const now = performance.now();
    const due = this.#intervalMs === 0 ? now : this.#startedAt + this.#count * this.#intervalMs;
    this.#count++;
    if (due >= this.#endsAt || now >= this.#endsAt) return undefined;
    if (due - now >= 1) {
      const options = { signal: this.#signal };
      await delay(due - now, undefined, options).catch(() => {});
      if (this.#signal.aborted) return undefined;
    }
    // A timer may fire a moment early.
    return Math.min(due, performance.now());
  }
}
