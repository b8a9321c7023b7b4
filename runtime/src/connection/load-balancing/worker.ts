import {
  DRAIN_MS,
  type Drained,
  type DrainOptions,
  NOTHING_GIVEN_UP,
  waitUntilDone,
} from "../../base/drain.js";
import { toError } from "../../base/errors.js";
import { callSafely } from "../../base/listeners.js";
import { log } from "../../base/log.js";
import type { WaitOptions } from "../../base/wait.js";
import type { Routed } from "../frames/routed.js";
import type { StatusEvent } from "../socket/monitor/monitor.js";
import { workerBytes } from "./signals.js";
import { WorkerDealer, type WorkerOptions } from "./worker-dealer.js";

/** The context of a request: the second argument of a worker's function. */
export interface WorkContext {
  /** The way back to the client, nearest first. */
  readonly route: readonly Uint8Array[];
  /** Aborted when the worker is closed: a function should then give up long work. */
  readonly signal: AbortSignal;
}

/** Answers a request. */
export type Work = (request: Uint8Array, context: WorkContext) => Uint8Array | Promise<Uint8Array>;

/**
 * Answers the requests that a broker distributes, one at a time (Python:
 * `connection.LoadBalancingPattern.Worker`). Works with this package's {@link Broker} and Python's.
 * For several requests at a time make several workers.
 *
 * The worker registers when it connects, and again after the broker was away, and gives a sign of
 * life when the broker asks for one or is silent for one and a half intervals. A working worker
 * gives no sign of life and needs none: its answer is one. If the function throws, its request gets
 * no answer, because bytes cannot express an error; the error goes to `onError`, and the client
 * sends the request again.
 *
 * Runs from its construction until {@link stop} or {@link close}.
 *
 * @example
 * ```ts
 * import { LoadBalancing } from "dividere/connection";
 *
 * await using worker = new LoadBalancing.Worker("tcp://127.0.0.1:6001", (request) =>
 *   Buffer.from(request).reverse(),
 * );
 * await worker.waitForBroker({ timeoutMs: 5_000 });
 * ```
 */
export class Worker implements AsyncDisposable {
  readonly #dealer: WorkerDealer;
  readonly #work: Work;
  readonly #onError: (error: Error) => void;
  readonly #closing = new AbortController();
  readonly #done: Promise<void>;
  #atWork = false;
  #stopping = false;
  #drained: Promise<Drained> | undefined;

  /**
   * @param endpoint - The back end of one broker; for several brokers make several workers.
   * @throws ConnectionError when the endpoint is invalid.
   */
  constructor(
    endpoint: string,
    work: Work,
    options: WorkerOptions & {
      /**
       * Called with an error that `work` throws, or with the failure to send an answer. Logs by
       * default.
       */
      onError?: (error: Error) => void;
    } = {},
  ) {
    this.#dealer = new WorkerDealer(endpoint, options, workerBytes);
    this.#work = work;
    const onError = options.onError ?? logFailure;
    this.#onError = (error) =>
      callSafely("connection", "a worker's onError", () => onError(error), error);
    this.#done = this.#run();
  }

  /** The endpoint; a bound endpoint as libzmq resolved it. */
  get endpoints(): readonly string[] {
    return this.#dealer.endpoints;
  }

  /** The name under which the broker knows this worker. */
  get identity(): string {
    return this.#dealer.identity;
  }

  /** Whether {@link stop} or {@link close} was called. */
  get closed(): boolean {
    return this.#stopping;
  }

  /**
   * Waits until the broker knows this worker, which the broker's first heartbeat shows: immediately
   * after the connection with this package's broker, within an interval with Python's.
   *
   * @throws DividereError `TIMEOUT` or `CLOSED`, or the signal's reason.
   */
  waitForBroker(options?: WaitOptions): Promise<void> {
    return this.#dealer.waitForBroker(options);
  }

  /**
   * Calls `listener` at each change of the socket's state, until the returned function is called.
   */
  onStatus(listener: (event: StatusEvent) => void): () => void {
    return this.#dealer.onStatus(listener);
  }

  /**
   * Lets the worker answer the request in hand, then closes. Fulfilled when the worker has closed.
   * A request that the broker sends at that very moment is lost; the client sends it again. `work`
   * must not wait for `stop`.
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    // A working worker closes when it is done.
    if (!this.#atWork) await this.#dealer._shut();
    await this.#done;
  }

  /**
   * Stops as {@link stop} does, within a time, and tells what it gave up: the request in hand
   * (`inFlight`), whose signal is then aborted, or an answer that did not leave (`queued`). A repeated
   * call gives the same result.
   */
  drain({ timeoutMs = DRAIN_MS }: DrainOptions = {}): Promise<Drained> {
    this.#drained ??= this.#drain(timeoutMs);
    return this.#drained;
  }

  /** Closes at once and aborts the signal of the request in hand. Repeated calls do nothing. */
  close(): void {
    this.#stopping = true;
    this.#closing.abort();
    this.#dealer.close();
  }

  /** The same as {@link stop}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #drain(timeoutMs: number): Promise<Drained> {
    this.#stopping = true;
    await waitUntilDone(() => !this.#atWork, timeoutMs);
    if (!this.#atWork) {
      await this.stop();
      return NOTHING_GIVEN_UP;
    }
    const queued = Math.min(1, this.#dealer.stats.queued);
    this.close();
    return { queued, inFlight: 1 - queued };
  }

  async #run(): Promise<void> {
    try {
      for await (const request of this.#dealer) {
        this.#atWork = true;
        await this.#answer(request);
        this.#atWork = false;
        if (this.#stopping) break;
      }
    } catch (error) {
      this.#onError(toError(error));
    } finally {
      this.#stopping = true;
      await this.#dealer._shut();
    }
  }

  async #answer({ route, message }: Routed<Uint8Array>): Promise<void> {
    try {
      const answer = await this.#work(message, { route, signal: this.#closing.signal });
      if (!this.#dealer.closed) await this.#dealer.send({ route, message: answer });
    } catch (error) {
      if (!this.#dealer.closed) this.#onError(toError(error));
    }
  }
}

function logFailure(error: Error): void {
  log("connection", "error", { err: error }, `a worker failed: ${error.message}`);
}
