import { setMaxListeners } from "node:events";

/** A signal that is aborted by the caller's own signal, or by a call of {@link abort}. */
export class GivenUp {
  readonly #controller = new AbortController();
  readonly #from: AbortSignal | undefined;
  readonly #onAbort = (): void => this.#controller.abort(this.#from?.reason);

  /** @param from - The caller's signal. */
  constructor(from: AbortSignal | undefined) {
    this.#from = from;
    if (from === undefined) return;
    if (from.aborted) {
      this.#onAbort();
      return;
    }
    // One signal may give up a thousand calls; Node.js would warn of a leak at the eleventh
    // listener.
    setMaxListeners(Number.POSITIVE_INFINITY, from);
    from.addEventListener("abort", this.#onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
    this.release();
  }

  /** Releases the caller's signal. */
  release(): void {
    this.#from?.removeEventListener("abort", this.#onAbort);
  }
}
