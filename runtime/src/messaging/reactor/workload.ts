import type { Drained } from "../../base/drain.js";
import { log } from "../../base/log.js";
import { PassingMap } from "../../base/passing-map.js";

/** One request that is being handled or waits to be handled. */
export interface Work {
  /**
   * The time when the requester stops waiting, as `performance.now()` counts; `undefined` for
   * never.
   */
  readonly deadline: number | undefined;
  /** Handles the request; never rejects. */
  run(): Promise<void>;
  /** Tells the handler that its answer is no longer needed. */
  abort(reason: unknown): void;
  /** Called when the deadline passes before the work is done or has begun. */
  expire(begun: boolean): void;
}

/** The number of requests that may wait in a reactor while `concurrency` requests are handled. */
const BACKLOG = 1_000;

/** The interval between checks of the deadlines, in milliseconds. */
const SWEEP_MS = 100;

/**
 * The requests that a reactor has in hand: a limited number is handled at a time, further requests
 * wait in the order of their arrival, in one queue for all links. A request whose deadline has
 * passed makes room, whether its handler ends or not; a request still waiting then is not begun.
 */
export class Workload {
  readonly #concurrency: number;
  readonly #backlog: number;
  /** The requests that have begun; `true` if the deadline has passed and the work is not done. */
  readonly #begun = new PassingMap<Work, boolean>();
  readonly #waiting: Work[] = [];
  readonly #readers: (() => void)[] = [];
  #busy = 0;
  #sweep: NodeJS.Timeout | undefined;
  readonly #drained: (() => void)[] = [];
  #closed = false;

  /**
   * @param concurrency - The number of requests that are handled at a time.
   * @param backlog - The number of requests that may wait here.
   */
  constructor(concurrency: number, backlog: number = BACKLOG) {
    this.#concurrency = concurrency;
    this.#backlog = backlog;
  }

  /** The number of requests that are handled at a time. */
  get concurrency(): number {
    return this.#concurrency;
  }

  /** The number of requests in hand whose requesters may still wait. */
  get size(): number {
    return this.#busy + this.#waiting.length;
  }

  /** The numbers of requests that wait and of handlers that run. */
  get counts(): Drained {
    return { queued: this.#waiting.length, inFlight: this.#begun.size };
  }

  /** The number of handlers that still run after their deadlines. */
  get overdue(): number {
    return this.#begun.size - this.#busy;
  }

  /**
   * Waits until a request may be added; readers are served in turn. Returns `undefined` if a
   * request may be added at once.
   */
  room(): Promise<void> | undefined {
    if (this.#readers.length === 0 && this.#hasRoom()) return undefined;
    return new Promise((resolve) => {
      this.#readers.push(resolve);
    });
  }

  /** Handles a request as soon as a place is free. */
  add(work: Work): void {
    this.#waiting.push(work);
    this.#next();
  }

  /** Waits until no request is in hand whose requester may still wait. */
  async drained(): Promise<void> {
    if (this.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#drained.push(resolve);
    });
  }

  /** Logs the number of requests in hand when a reactor stops without waiting for them. */
  logGivenUp(endpoints: readonly string[]): void {
    const { size, overdue } = this;
    if (size + overdue === 0) return;
    log(
      "messaging",
      "warn",
      { endpoints, requests: size, overdue },
      "stopped with handlers at work: their requests are not answered",
    );
  }

  /** Aborts running requests and drops waiting ones; releases readers and {@link drained}. */
  close(reason: unknown): void {
    this.#closed = true;
    clearInterval(this.#sweep);
    this.#waiting.length = 0;
    for (const work of this.#begun.keys()) work.abort(reason);
    for (const reader of this.#readers.splice(0)) reader();
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  #hasRoom(): boolean {
    return this.#closed || this.size < this.#concurrency + this.#backlog;
  }

  #next(): void {
    while (this.#busy < this.#concurrency) {
      const work = this.#waiting.shift();
      if (work === undefined) break;
      if (isPast(work)) work.expire(false);
      else this.#begin(work);
    }
    if (this.#begun.size > 0 && this.#sweep === undefined && !this.#closed)
      this.#sweep = setInterval(() => this.#expire(), SWEEP_MS).unref();
    while (this.#readers.length > 0 && this.#hasRoom()) this.#readers.shift()?.();
    if (this.size === 0) for (const resolve of this.#drained.splice(0)) resolve();
  }

  #begin(work: Work): void {
    this.#busy++;
    this.#begun.set(work, false);
    void work.run().then(() => {
      if (this.#begun.get(work) === false) this.#busy--;
      this.#begun.delete(work);
      this.#next();
    });
  }

  #expire(): void {
    if (this.#begun.size === 0) {
      clearInterval(this.#sweep);
      this.#sweep = undefined;
    }
    for (const [work, overdue] of this.#begun) {
      if (overdue || !isPast(work)) continue;
      this.#begun.set(work, true);
      this.#busy--;
      work.expire(true);
    }
    for (let at = this.#waiting.length - 1; at >= 0; at--) {
      const work = this.#waiting[at] as Work;
      if (!isPast(work)) continue;
      this.#waiting.splice(at, 1);
      work.expire(false);
    }
    this.#next();
  }
}

function isPast({ deadline }: Work): boolean {
  return deadline !== undefined && performance.now() > deadline;
}
