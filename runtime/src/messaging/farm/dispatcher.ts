import type { MpWorker } from "./process/worker-process.js";
import type { Slot } from "./slot.js";

/** Hands messages to the workers, to the one that has the least in hand; equals take turns. */
export class Dispatcher {
  readonly #slots: readonly Slot[];
  readonly #concurrency: number;
  readonly #closed: () => boolean;
  /** Messages that wait for a worker; called without a worker when none will come. */
  readonly #waiting: ((worker: MpWorker | undefined) => void)[] = [];
  #lastServed = 0;

  /** @param concurrency - The number of messages that one worker may have in hand. */
  constructor(slots: readonly Slot[], concurrency: number, closed: () => boolean) {
    this.#slots = slots;
    this.#concurrency = concurrency;
    this.#closed = closed;
  }

  /** Hands a message to the next worker that is free; `false` when none will be. */
  whenFree(handOut: (worker: MpWorker) => void): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiting.push((worker) => {
        if (worker !== undefined) handOut(worker);
        resolve(worker !== undefined);
      });
      this.dispatch();
    });
  }

  /** Serves the messages that wait, as far as workers are free. */
  dispatch(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const worker = this.#closed() ? undefined : this.#leastBusy();
      if (worker === undefined && !this.#closed()) return;
      this.#waiting.shift();
      next(worker);
    }
  }

  #leastBusy(): MpWorker | undefined {
    let best: { worker: MpWorker; position: number } | undefined;
    // Beginning behind the last one served, so that equals take turns.
    for (let step = 1; step <= this.#slots.length; step++) {
      const position = (this.#lastServed + step) % this.#slots.length;
      const worker = this.#slots[position]?.worker;
      if (worker === undefined || !worker.ready || worker.busy >= this.#concurrency) continue;
      if (best === undefined || worker.busy < best.worker.busy) best = { worker, position };
    }
    if (best !== undefined) this.#lastServed = best.position;
    return best?.worker;
  }
}
