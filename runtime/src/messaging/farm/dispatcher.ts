import type { MpWorker } from "./process/worker-process.js";
import type { Slot } from "./slot.js";

/** A message that waits for a worker. */
interface Waiting {
  /**
   * Whether the message opens a stream, which goes to any ready worker, whatever that worker has in
   * hand.
   */
  readonly stream: boolean;
  /**
   * The time after which the message is no longer needed, as `performance.now()` counts; `undefined` for
   * never.
   */
  readonly deadline: number | undefined;
  /** Called with the worker; without one when no worker will come or the deadline has passed. */
  handOut(worker: MpWorker | undefined): void;
}

/**
 * Hands each message to the worker with the fewest messages in hand; workers with equally many take
 * turns.
 */
export class Dispatcher {
  readonly #slots: readonly Slot[];
  readonly #concurrency: number;
  readonly #closed: () => boolean;
  readonly #waiting: Waiting[] = [];
  #lastServed = 0;

  /** @param concurrency - The number of messages that one worker may have in hand. */
  constructor(slots: readonly Slot[], concurrency: number, closed: () => boolean) {
    this.#slots = slots;
    this.#concurrency = concurrency;
    this.#closed = closed;
  }

  /** The number of messages that wait for a worker. */
  get length(): number {
    return this.#waiting.length;
  }

  /**
   * Hands a message to the next free worker; fulfilled with `false` if no worker will be free, or
   * the message is no longer needed.
   */
  whenFree(
    handOut: (worker: MpWorker) => void,
    { stream = false, deadline }: { stream?: boolean; deadline?: number | undefined } = {},
  ): Promise<boolean> {
    return new Promise((resolve) => {
      const waiting: Waiting = {
        stream,
        deadline,
        handOut: (worker) => {
          if (worker !== undefined) handOut(worker);
          resolve(worker !== undefined);
        },
      };
      const ready = stream && !this.#closed() ? this.#leastBusy(true) : undefined;
      if (ready !== undefined) waiting.handOut(ready);
      else {
        this.#waiting.push(waiting);
        this.dispatch();
      }
    });
  }

  /** Serves the waiting messages while workers are free. */
  dispatch(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const hopeless =
        this.#closed() || (next.deadline ?? Number.POSITIVE_INFINITY) < performance.now();
      const worker = hopeless ? undefined : this.#leastBusy(next.stream);
      if (worker === undefined && !hopeless) return;
      this.#waiting.shift();
      next.handOut(worker);
    }
  }

  #leastBusy(stream: boolean): MpWorker | undefined {
    let best: { worker: MpWorker; position: number } | undefined;
    // The search starts after the worker that was served last, so that equals take turns.
    for (let step = 1; step <= this.#slots.length; step++) {
      const position = (this.#lastServed + step) % this.#slots.length;
      const worker = this.#slots[position]?.worker;
      if (worker === undefined || !worker.ready) continue;
      if (!stream && worker.busy >= this.#concurrency) continue;
      if (best === undefined || worker.load < best.worker.load) best = { worker, position };
    }
    if (best !== undefined) this.#lastServed = best.position;
    return best?.worker;
  }
}
