import { Fifo } from "../queue/fifo.js";

/** The callbacks of a table of workers to its broker. */
export interface WorkerTableOptions {
  /**
   * How long a worker may be silent before it is asked for a sign, and then before it is forgotten.
   */
  readonly heartbeatIntervalMs: number;
  /** Asks a worker for a sign. */
  ask(worker: Uint8Array): void;
  /** Told of a worker that was free and gave no sign for two intervals. */
  lost(worker: Uint8Array): void;
}

interface Worker {
  readonly identity: Uint8Array;
  readonly key: string;
  busy: boolean;
  forgotten: boolean;
  /**
   * The heartbeats that it has not sent back: those from before its last request, and those since.
   */
  owedBefore: number;
  owedSince: number;
  /** Whether the current interval of silence is the second. */
  asked: boolean;
  readonly silence: NodeJS.Timeout;
}

/**
 * The workers that a broker knows, those that are free in the order in which they became so.
 *
 * A worker that gets a request is busy until it answers. One that was silent for an interval is
 * asked for a sign, and after a second one it is forgotten (ZeroMQ guide, chapter 4, "Paranoid
 * Pirate"). Being forgotten costs a busy worker nothing: whatever it says next makes it known
 * again.
 */
export class WorkerTable {
  readonly #options: WorkerTableOptions;
  readonly #known = new Map<string, Worker>();
  /** Those that became free, in that order; one that was forgotten since is passed over. */
  readonly #queue = new Fifo<Worker>();
  #free = 0;

  constructor(options: WorkerTableOptions) {
    this.#options = options;
  }

  /** How many wait for a request. */
  get free(): number {
    return this.#free;
  }

  /** How many have a request in hand. */
  get busy(): number {
    return this.#known.size - this.#free;
  }

  /** A worker says that it has just begun, or that it gave its request up. */
  registered(identity: Uint8Array): void {
    const worker = this.#heard(identity);
    // The heartbeat that it was sent before may never have arrived.
    worker.owedBefore = 0;
    worker.owedSince = 0;
    this.#release(worker);
    this.#ask(worker);
  }

  /** A worker has answered its request. */
  answered(identity: Uint8Array): void {
    this.#release(this.#heard(identity));
  }

  /**
   * A worker gives a sign, which it does when it has nothing to do. For a busy one that counts only
   * if it was asked after it got its request: else the two may have crossed on the way.
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

  /** The worker that has been free longest, busy from now on. */
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
    // Each place is looked at once, by take() or here.
    if (this.#queue.size > 2 * this.#free + 16) this.#queue.filter((each) => !each.forgotten);
  }

  /** Forgets them all. */
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

function keyOf(identity: Uint8Array): string {
  return Buffer.from(identity.buffer, identity.byteOffset, identity.byteLength).toString("latin1");
}
