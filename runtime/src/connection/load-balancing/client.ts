import { DRAIN_MS, type Drained, type DrainOptions, waitUntilDone } from "../../base/drain.js";
import { DividereError, RetryError } from "../../base/errors.js";
import { openWait, type WaitOptions } from "../../base/wait.js";
import { Turns } from "../queue/turns.js";
import { Request } from "../request.js";
import type { Endpoints } from "../socket/endpoint.js";
import type { ConnectorOptions } from "../socket/options.js";

/** Options for {@link Client}. */
export interface ClientOptions extends ConnectorOptions {
  /** The wait for an answer before the request is sent again, in milliseconds. 5,000 by default. */
  retryTimeoutMs?: number;
  /**
   * The number of times that a request is sent again before it is given up. 3 by default, as in
   * Python.
   */
  maxRetries?: number;
}

/**
 * Sends requests, and sends unanswered requests again (Python:
 * `connection.LoadBalancingPattern.Client`; ZeroMQ guide, chapter 4, "Lazy Pirate"): after
 * `retryTimeoutMs` without an answer the client closes its REQ socket, opens another and sends the
 * request again, up to `maxRetries` times. With several endpoints a new socket may use another one.
 *
 * A request that was sent twice may be carried out twice, so use this client only for requests that
 * may be repeated.
 *
 * @example
 * ```ts
 * import { LoadBalancing } from "dividere/connection";
 *
 * await using client = new LoadBalancing.Client("tcp://127.0.0.1:6000", { retryTimeoutMs: 500 });
 * const answer = await client.request(Buffer.from("hello"));
 * console.log(Buffer.from(answer).toString());
 * ```
 */
export class Client implements AsyncDisposable {
  readonly #endpoints: Endpoints;
  readonly #options: ClientOptions;
  readonly #retryTimeoutMs: number;
  readonly #maxRetries: number;
  readonly #turns: Turns;
  #request: Request;
  #answer: Promise<Uint8Array> | undefined;
  /** Whether the answer has settled; a recv that gave up before that leaves it for the next. */
  #answered = false;
  #drained: Promise<Drained> | undefined;

  /** @throws ConnectionError when an endpoint is invalid. */
  constructor(endpoints: Endpoints, options: ClientOptions = {}) {
    this.#endpoints = endpoints;
    // An abandoned socket must not deliver its copy of the request later.
    this.#options = { lingerMs: 0, ...options };
    this.#retryTimeoutMs = options.retryTimeoutMs ?? 5_000;
    this.#maxRetries = options.maxRetries ?? 3;
    this.#turns = new Turns("send", () => this.endpoints.join(", "));
    this.#request = new Request(endpoints, this.#options);
  }

  /** The endpoints, in the order in which they were given. */
  get endpoints(): readonly string[] {
    return this.#request.endpoints;
  }

  /** Whether {@link close} was called. */
  get closed(): boolean {
    return this.#request.closed;
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param options - `timeoutMs` and `signal` end the wait, whatever retries remain; {@link recv}
   *   can still return the answer then.
   * @throws RetryError `TIMEOUT` when no worker answered, and the errors of {@link send}.
   */
  async request(message: Uint8Array, options?: WaitOptions): Promise<Uint8Array> {
    await this.send(message);
    return this.recv(options);
  }

  /**
   * Sends a request; the client makes the retries by itself. Do not change the message's bytes
   * until the answer.
   *
   * @throws DividereError `OUT_OF_ORDER` when the last answer was not received, or `CLOSED`.
   */
  async send(message: Uint8Array): Promise<void> {
    this.#checkOpen(this.closed || this.#drained !== undefined);
    this.#turns.take("send");
    const sent = this.#turns.keep(this.#request.send(message, { timeoutMs: this.#retryTimeoutMs }));
    this.#answered = false;
    this.#answer = sent
      .then(() => this.#retry(message))
      .finally(() => {
        this.#answered = true;
      });
    // recv() reports the failure; until then it must not count as unhandled.
    this.#answer.catch(() => {});
    await sent;
  }

  /**
   * Receives the answer to the last request.
   *
   * @param options - The limits of this wait, whatever retries remain; afterwards `recv` can be
   *   called again.
   * @throws RetryError `TIMEOUT` when no worker answered the request or any retry.
   * @throws DividereError `OUT_OF_ORDER` when no request was sent, `TIMEOUT` after
   *   `options.timeoutMs`, or `CLOSED`.
   */
  async recv(options?: WaitOptions): Promise<Uint8Array> {
    // An answer that came before the close can still be received.
    this.#checkOpen(this.closed && !(this.#answered && this.#answer !== undefined));
    this.#turns.check("recv");
    const wait = openWait<Uint8Array>(
      options,
      () => `without an answer from ${this.endpoints.join(", ")}, which is still being asked`,
    );
    const answer = this.#answer;
    answer?.then(wait.resolve, wait.reject);
    try {
      return await wait.promise;
    } finally {
      if (this.#answered && this.#answer === answer) {
        this.#answer = undefined;
        if (this.#turns.isSettled("recv")) this.#turns.take("recv");
      }
    }
  }

  /** Closes the client at once; a call in flight fails with `CLOSED`. Repeated calls do nothing. */
  close(): void {
    this.#request.close();
  }

  /**
   * Waits for the answer to the call in flight, retries included, then closes: further calls fail with
   * `CLOSED` at once. Tells whether the call was given up when the time had passed; it then fails with
   * `CLOSED`. An answer that came in time can still be received. A repeated call gives the same result.
   */
  drain({ timeoutMs = DRAIN_MS }: DrainOptions = {}): Promise<Drained> {
    this.#drained ??= this.#drain(timeoutMs);
    return this.#drained;
  }

  /** The same as {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #checkOpen(closed: boolean): void {
    if (!closed) return;
    throw new DividereError("CLOSED", `The client of ${this.endpoints.join(", ")} is closed`);
  }

  async #drain(timeoutMs: number): Promise<Drained> {
    const waits = (): boolean => this.#answer !== undefined && !this.#answered;
    await waitUntilDone(() => this.closed || !waits(), timeoutMs);
    const given = this.closed || !waits() ? 0 : 1;
    const queued = Math.min(given, this.#request.stats.queued);
    this.close();
    return { queued, inFlight: given - queued };
  }

  async #retry(message: Uint8Array): Promise<Uint8Array> {
    for (let attempts = 1; ; attempts++) {
      try {
        return await this.#request.recv({ timeoutMs: this.#retryTimeoutMs });
      } catch (error) {
        if (!(error instanceof DividereError) || error.code !== "TIMEOUT") throw error;
        if (attempts > this.#maxRetries) throw this.#exhausted(attempts, error);
      }
      await this.#sendAgain(message);
    }
  }

  async #sendAgain(message: Uint8Array): Promise<void> {
    this.#checkOpen(this.closed);
    this.#reopen();
    try {
      await this.#request.send(message, { timeoutMs: this.#retryTimeoutMs });
    } catch (error) {
      // The socket did not accept the request in that time; the next attempt begins afresh.
      if (!(error instanceof DividereError) || error.code !== "TIMEOUT") throw error;
    }
  }

  /** Opens a new socket, because an unanswered REQ socket takes no other request. */
  #reopen(): void {
    this.#request.close();
    this.#request = new Request(this.#endpoints, this.#options);
  }

  #exhausted(attempts: number, cause: unknown): RetryError {
    const hint = this.#request._hint;
    if (!this.#request.closed) this.#reopen();
    return new RetryError(
      attempts,
      `No answer from ${this.endpoints.join(", ")} to a request that was sent ${attempts} times, ${this.#retryTimeoutMs} ms apart; is a broker there, and does it have workers?${hint}`,
      { cause },
    );
  }
}
