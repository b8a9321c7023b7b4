/** Calls a function repeatedly while there is nothing else to do, one call at a time. */
export class IdleTimer {
  readonly #intervalMs: number;
  readonly #call: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** @param call - Never rejects. */
  constructor(intervalMs: number, call: () => Promise<void>) {
    this.#intervalMs = intervalMs;
    this.#call = call;
  }

  /** Starts the calls, the first after one interval. */
  start(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      void this.#call().then(() => this.start());
    }, this.#intervalMs);
  }

  /** Ends the calls, without waiting for a call in progress. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}
