import type { MpWorker } from "./process/worker-process.js";
import type { Slot } from "./slot.js";

/** A message that waits for a worker. */
interface Waiting {
  /** A stream goes to any worker that is ready, however much that has in hand. */
  readonly stream: boolean;
  /** When it is not needed any more, as `performance.now()` counts; `undefined` for never. */
  readonly deadline: number | undefined;
  /** Called without a worker when none will come, or the deadline has passed. */
  handOut(worker: MpWorker | undefined): void;
}

/** Hands messages to the workers, to the one that has the least in hand; equals take turns. */
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
   * Hands a message to the next worker that is free; `false` when none will be, or the message is
   * not needed any more.
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

  /** Serves the messages that wait, as far as workers are free. */
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
    // Beginning behind the last one served, so that equals take turns.
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
