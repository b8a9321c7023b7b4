/** Calls a function again and again while there is nothing else to do, one call at a time. */
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

  /** Calls the function after each interval from now on. */
  start(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      void this.#call().then(() => this.start());
    }, this.#intervalMs);
  }

  /** Ends the calls; one under way is not waited for. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}
