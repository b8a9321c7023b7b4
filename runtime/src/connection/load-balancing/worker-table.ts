import { keyOf } from "../frames/routed.js";
import { Fifo } from "../queue/fifo.js";

/** The callbacks of a table of workers to its broker. */
export interface WorkerTableOptions {
  /**
   * The silence after which a worker is asked for a sign of life, and after which, once more, it is
   * forgotten.
   */
  readonly heartbeatIntervalMs: number;
  /** Asks a worker for a sign of life. */
  ask(worker: Uint8Array): void;
  /** Called for a free worker that gave no sign of life for two intervals. */
  lost(worker: Uint8Array): void;
}

interface Worker {
  readonly identity: Uint8Array;
  readonly key: string;
  busy: boolean;
  forgotten: boolean;
  /**
   * The heartbeats that the worker has not returned: those from before its last request, and those
   * since.
   */
  owedBefore: number;
  owedSince: number;
  /** Whether the current interval of silence is the second. */
  asked: boolean;
  readonly silence: NodeJS.Timeout;
}

/**
 * The workers that a broker knows; the free workers are in the order in which they became free.
 *
 * A worker that gets a request is busy until it answers. A worker that was silent for an interval
 * is asked for a sign of life, and is forgotten after a second interval (ZeroMQ guide, chapter 4,
 * "Paranoid Pirate"). A busy worker loses nothing by this: its next message makes it known again.
 */
export class WorkerTable {
  readonly #options: WorkerTableOptions;
  readonly #known = new Map<string, Worker>();
  /**
   * The workers in the order in which they became free; workers forgotten since then are skipped.
   */
  readonly #queue = new Fifo<Worker>();
  #free = 0;

  constructor(options: WorkerTableOptions) {
    this.#options = options;
  }

  /** The number of workers that wait for a request. */
  get free(): number {
    return this.#free;
  }

  /** The number of workers. */
  get known(): number {
    return this.#known.size;
  }

  /** The number of workers with a request in hand. */
  get busy(): number {
    return this.#known.size - this.#free;
  }

  /** Notes that a worker has just started, or has given up its request. */
  registered(identity: Uint8Array): void {
    const worker = this.#heard(identity);
    // An earlier heartbeat may never have reached the worker.
    worker.owedBefore = 0;
    worker.owedSince = 0;
    this.#release(worker);
    this.#ask(worker);
  }

  /** Notes that a worker has answered its request. */
  answered(identity: Uint8Array): void {
    this.#release(this.#heard(identity));
  }

  /**
   * Notes a worker's sign of life, which only an idle worker gives. For a busy worker the sign
   * counts only if the broker asked for it after the request: otherwise the sign and the request
   * may have crossed.
   */
  heartbeat(identity: Uint8Array): void {
    const known = this.#known.get(keyOf(identity));
    if (known === undefined) {
      this.registered(identity);
      return;
    }
    this.#heard(identity);
    if (known.owedBefore > 0) known.owedBefore--;
    else if (known.owedSince > 0) {
      known.owedSince--;
      this.#release(known);
    }
  }

  /** Takes the worker that has been free longest, which is busy from now on. */
  take(): Uint8Array | undefined {
    let worker = this.#queue.shift();
    while (worker?.forgotten) worker = this.#queue.shift();
    if (worker === undefined) return undefined;
    this.#free--;
    worker.busy = true;
    worker.owedBefore += worker.owedSince;
    worker.owedSince = 0;
    return worker.identity;
  }

  /** Forgets a worker that cannot be reached. */
  forget(identity: Uint8Array): void {
    const worker = this.#known.get(keyOf(identity));
    if (worker === undefined) return;
    clearTimeout(worker.silence);
    this.#known.delete(worker.key);
    worker.forgotten = true;
    if (!worker.busy) this.#free--;
    // Each entry is visited once, by take() or here.
    if (this.#queue.size > 2 * this.#free + 16) this.#queue.filter((each) => !each.forgotten);
  }

  /** Forgets all workers. */
  clear(): void {
    for (const worker of [...this.#known.values()]) this.forget(worker.identity);
  }

  #heard(identity: Uint8Array): Worker {
    const key = keyOf(identity);
    let worker = this.#known.get(key);
    if (worker === undefined) {
      worker = {
        identity,
        key,
        busy: true,
        forgotten: false,
        owedBefore: 0,
        owedSince: 0,
        asked: false,
        silence: setTimeout(() => this.#silent(key), this.#options.heartbeatIntervalMs),
      };
      this.#known.set(key, worker);
    }
    worker.asked = false;
    worker.silence.refresh();
    return worker;
  }

  #release(worker: Worker): void {
    if (!worker.busy) return;
    worker.busy = false;
    this.#free++;
    this.#queue.push(worker);
  }

  #ask(worker: Worker): void {
    worker.owedSince++;
    this.#options.ask(worker.identity);
  }

  #silent(key: string): void {
    const worker = this.#known.get(key);
    if (worker === undefined) return;
    if (!worker.asked) {
      worker.asked = true;
      worker.silence.refresh();
      this.#ask(worker);
      return;
    }
    this.forget(worker.identity);
    if (!worker.busy) this.#options.lost(worker.identity);
  }
}
