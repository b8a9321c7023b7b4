import { toError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import type { WaitOptions } from "../../base/wait.js";
import type { Routed } from "../frames/routed.js";
import type { StatusEvent } from "../socket/monitor.js";
import { workerBytes } from "./signals.js";
import { WorkerDealer, type WorkerOptions } from "./worker-dealer.js";

/** The context of a request: the second argument of a worker's function. */
export interface WorkContext {
  /** The way back to the client, nearest first. */
  readonly route: readonly Uint8Array[];
  /** Aborted when the worker is closed: the moment to give up what takes long. */
  readonly signal: AbortSignal;
}

/** Answers a request. */
export type Work = (request: Uint8Array, context: WorkContext) => Uint8Array | Promise<Uint8Array>;

/**
 * Answers the requests that a broker hands out, one at a time (Python:
 * `connection.LoadBalancingPattern.Worker`). Works behind this package's {@link Broker} and
 * Python's. For several at a time make several workers.
 *
 * It registers when it connects, and again when the broker was away, and gives a sign of life when
 * the broker asks for one or says nothing for one and a half intervals. While it is at work it
 * gives none, and needs none: its answer is one. A function that throws leaves its request
 * unanswered, for there is no way to say so in bytes; the error goes to `onError`, and the client
 * asks again.
 *
 * Runs from the moment it is made until {@link stop} or {@link close}.
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

  /**
   * @param endpoint - The broker's back end. One: for several brokers make several workers.
   * @throws ConnectionError when the endpoint is invalid.
   */
  constructor(
    endpoint: string,
    work: Work,
    options: WorkerOptions & {
      /** Told of what `work` throws, and of an answer that could not be sent. Logs by default. */
      onError?: (error: Error) => void;
    } = {},
  ) {
    this.#dealer = new WorkerDealer(endpoint, options, workerBytes);
    this.#work = work;
    this.#onError =
      options.onError ??
      ((error) => log("connection", "error", { err: error }, `a worker failed: ${error.message}`));
    this.#done = this.#run();
  }

  /** The endpoint, as libzmq resolved it where it is bound. */
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
   * Fulfilled once the broker knows this worker, which its first heartbeat shows: at once after the
   * connection with this package's broker, within an interval with Python's.
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
   * Lets the request at work be answered, then closes. Fulfilled when it is down. A request that
   * the broker hands out at that very moment is lost; the client sends it again. `work` must not
   * wait for it.
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    // One that is at work ends when it is done.
    if (!this.#atWork) await this.#dealer._shut();
    await this.#done;
  }

  /** Closes at once and aborts the signal of the request at work. May be called again. */
  close(): void {
    this.#stopping = true;
    this.#closing.abort();
    this.#dealer.close();
  }

  /** The same as {@link stop}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
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
