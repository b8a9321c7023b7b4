import { DividereError, RetryError } from "../../base/errors.js";
import { type Deferred, openWait, type WaitOptions, withCallerStack } from "../../base/wait.js";
import type { Dealer } from "../../connection/dealer.js";
import { EMPTY } from "../../connection/frames/routed.js";
import type { Endpoints } from "../../connection/socket/endpoint.js";
import type { StatusEvent } from "../../connection/socket/monitor.js";
import type { ConnectorOptions } from "../../connection/socket/options.js";
import type { RpcDefinition } from "../call/rpc.js";
import { EnvelopeDecoder } from "../envelope/decoder.js";
import { EnvelopeEncoder } from "../envelope/encoder.js";
import type { MessageType } from "../envelope/message-type.js";
import { readReply } from "../envelope/reply.js";
import { DealerPool } from "./dealer-pool.js";

/** Options for {@link RequestClient}. */
export interface RequestClientOptions extends ConnectorOptions {
  /**
   * How long a call waits for its answer when it says nothing, in milliseconds. 10,000 by default,
   * or as long as the retries take where there are any; `Infinity` is as long as it takes.
   */
  timeoutMs?: number;
  /**
   * How often a request that gets no answer is sent again (ZeroMQ guide, chapter 4, "Lazy Pirate"),
   * to the next endpoint where there are several. It may then be carried out more than once. 0 by
   * default.
   */
  maxRetries?: number;
  /**
   * How long to wait for an answer before a request is sent again, in milliseconds. 5,000 by
   * default.
   */
  retryTimeoutMs?: number;
}

/** Options for a call. */
export interface CallOptions {
  /**
   * How long to wait for the answer, in milliseconds; the client's `timeoutMs` by default. The
   * server is told too.
   */
  timeoutMs?: number;
  /**
   * Gives the call up when it is aborted, which rejects it with the signal's reason. The server is
   * not told.
   */
  signal?: AbortSignal;
}

/** The longest time that fits the envelope's field. */
const LONGEST_TIMEOUT_MS = 0xffff_ffff;

/**
 * Sends requests and matches the answers to them, with any number in flight and in any order: the
 * base of the generated clients. Each request carries a number in a frame of its own, which REP
 * sockets, routers and brokers send back with the answer, those of Python's `dividere` included.
 * Several endpoints are asked round robin. An endpoint is connected to; `@` at its front binds it.
 *
 * A request waits until a server is connected, and is taken back when its time has passed by then.
 * One that was sent and never answered may have been carried out.
 *
 * @example
 * ```ts
 * import { GreeterRequest } from "./gen/greeter_dividere.js"; // extends RequestClient
 *
 * await using greeter = new GreeterRequest("tcp://127.0.0.1:5555", { timeoutMs: 1_000 });
 * const calls = ["hello", "world"].map((field1) => greeter.reverse({ field1 }));
 * console.log(await Promise.all(calls));
 * ```
 */
export class RequestClient implements AsyncDisposable {
  readonly #pool: DealerPool;
  readonly #timeoutMs: number;
  readonly #maxRetries: number;
  readonly #retryTimeoutMs: number;
  readonly #encoder = new EnvelopeEncoder();
  readonly #decoders = new Map<MessageType<object>, EnvelopeDecoder<MessageType<object>>>();
  readonly #pending = new Map<string, Deferred<Uint8Array>>();
  #sequence = 0;
  readonly #reading = new Set<Dealer>();

  /** @throws ConnectionError when an endpoint is invalid. */
  constructor(endpoints: Endpoints, options: RequestClientOptions = {}) {
    this.#pool = new DealerPool(endpoints, options);
    this.#maxRetries = options.maxRetries ?? 0;
    this.#retryTimeoutMs = options.retryTimeoutMs ?? 5_000;
    this.#timeoutMs =
      options.timeoutMs ?? (this.#maxRetries > 0 ? Number.POSITIVE_INFINITY : 10_000);
  }

  /** The endpoints, those that are bound as libzmq resolved them. */
  get endpoints(): readonly string[] {
    return this.#pool.endpoints;
  }

  /** Whether {@link close} was called. */
  get closed(): boolean {
    return this.#pool.closed;
  }

  /**
   * Sends a request and waits for its response.
   *
   * @throws RequestError when the server could not answer, with its reason.
   * @throws RetryError `TIMEOUT` when nobody answered however often the request was sent, where
   *   there are retries.
   * @throws DividereError `TIMEOUT`, `CLOSED`, `QUEUE_FULL`, `UNENCODABLE_MESSAGE`, or the signal's
   *   reason.
   * @throws DecodeError when the answer is not the response that was asked for.
   */
  protected async call<Q extends object, R extends object>(
    request: MessageType<Q>,
    response: MessageType<R>,
    message: Q,
    options?: CallOptions,
  ): Promise<R> {
    try {
      const reply = await this._roundTrip(request as MessageType<object>, message, options);
      return readReply(reply, this.#decoderOf(response as MessageType<object>)) as R;
    } catch (error) {
      throw withCallerStack(error);
    }
  }

  /**
   * Calls an rpc; what generated code calls. Otherwise as {@link call}.
   *
   * @param message - Fields that are left out have their default values.
   */
  protected async callUnary<R extends object>(
    rpc: RpcDefinition & { readonly response: MessageType<R> },
    message: object,
    options?: CallOptions,
  ): Promise<R> {
    try {
      const reply = await this._roundTrip(rpc.request, message, options, rpc.path);
      return readReply(reply, this.#decoderOf(rpc.response as MessageType<object>)) as R;
    } catch (error) {
      throw withCallerStack(error);
    }
  }

  /**
   * @internal Sends a request and gives the frame that answers it. What cannot be encoded is thrown
   *   at once.
   */
  _roundTrip(
    type: MessageType<object>,
    message: object,
    options?: CallOptions,
    rpc?: string,
  ): Promise<Uint8Array> {
    const timeoutMs = options?.timeoutMs ?? this.#timeoutMs;
    const frame = this.#encoder.encode(message, type, {
      timeoutMs: this.#toldTimeout(timeoutMs),
      rpc,
    });
    return this.#exchange(frame, type.$type, { timeoutMs, signal: options?.signal });
  }

  /**
   * Calls `listener` at each change of a connection's state, from now on and until the returned
   * function is called or the client closes.
   */
  onStatus(listener: (event: StatusEvent) => void): () => void {
    return this.#pool.onStatus(listener);
  }

  /** Closes the client at once; calls in flight fail with `CLOSED`. May be called again. */
  close(): void {
    this.#pool.close();
    const error = new DividereError(
      "CLOSED",
      `The client of ${this.endpoints.join(", ")} is closed`,
    );
    for (const waiting of this.#pending.values()) waiting.reject(error);
    this.#pending.clear();
  }

  /** The same as {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** @internal The next step after a time-out: the end of the error's message. */
  _timeoutHint(sent: boolean): string {
    return sent
      ? "; the request was sent, so look at the server's log, or raise timeoutMs"
      : "; is the server running, and does it bind that endpoint?";
  }

  #exchange(frame: Uint8Array, typeName: string, options: WaitOptions): Promise<Uint8Array> {
    const id = (this.#sequence++).toString(36);
    const message = { route: [Buffer.from(id, "latin1"), EMPTY], message: frame };
    let sent = 0;
    const waiting = openWait<Uint8Array>(
      options,
      () =>
        sent > 0
          ? `without an answer to ${typeName} from ${this.endpoints.join(", ")}${this._timeoutHint(true)}`
          : `before ${typeName} could be sent: no server is connected at ${this.endpoints.join(", ")}${this._timeoutHint(false)}`,
      () => this.#pending.delete(id),
    );
    if (waiting.settled) return waiting.promise;
    this.#pending.set(id, waiting);
    const fail = (error: unknown): void => {
      this.#pending.delete(id);
      waiting.reject(error);
    };
    const send = async (until: WaitOptions): Promise<void> => {
      try {
        const dealer = await this.#pool.send(message, until);
        sent++;
        void this.#read(dealer);
      } catch (error) {
        // When both have run out of time the wait's own error says more.
        if (!(error instanceof DividereError && error.code === "TIMEOUT")) fail(error);
      }
    };
    if (this.#maxRetries === 0) void send(options);
    else this.#sendUntil(waiting.promise, send, () => fail(this.#unanswered(typeName, sent)));
    return waiting.promise;
  }

  /**
   * Sends now and at each retry until `answered`; a copy that still waits for a connection is not
   * followed by another.
   */
  #sendUntil(
    answered: Promise<unknown>,
    send: (until: WaitOptions) => Promise<void>,
    giveUp: () => void,
  ): void {
    const ended = new AbortController();
    let sending = false;
    const attempt = (): void => {
      if (sending) return;
      sending = true;
      void send({ signal: ended.signal }).then(() => {
        sending = false;
      });
    };
    let retries = 0;
    const timer = setInterval(() => {
      if (retries++ < this.#maxRetries) attempt();
      else giveUp();
    }, this.#retryTimeoutMs);
    const end = (): void => {
      clearInterval(timer);
      ended.abort();
    };
    answered.then(end, end);
    attempt();
  }

  #unanswered(typeName: string, attempts: number): RetryError {
    const to = this.endpoints.join(", ");
    return new RetryError(
      attempts,
      attempts === 0
        ? `${typeName} could not be sent in ${this.#patienceMs} ms: no server is connected at ${to}`
        : `No answer to ${typeName} from ${to}, though it was sent ${attempts} times in ${this.#patienceMs} ms; is a broker there, and does it have servers?`,
    );
  }

  /** How long all the retries take. */
  get #patienceMs(): number {
    return (this.#maxRetries + 1) * this.#retryTimeoutMs;
  }

  /** How long the server is told that the client waits; 0 is as long as it takes. */
  #toldTimeout(timeoutMs: number): number {
    const limitMs = this.#maxRetries > 0 ? Math.min(timeoutMs, this.#patienceMs) : timeoutMs;
    if (limitMs === Number.POSITIVE_INFINITY) return 0;
    return Math.min(Math.max(1, Math.ceil(limitMs)), LONGEST_TIMEOUT_MS);
  }

  /** Reads from a dealer while answers are awaited. */
  async #read(dealer: Dealer): Promise<void> {
    if (this.#reading.has(dealer)) return;
    this.#reading.add(dealer);
    try {
      while (this.#pending.size > 0) {
        const { route, message } = await dealer.recv();
        this.#settle(route[0], message);
      }
    } catch (error) {
      for (const waiting of this.#pending.values()) waiting.reject(error);
      this.#pending.clear();
    } finally {
      this.#reading.delete(dealer);
    }
  }

  /** Settles the call that an answer belongs to. An answer that comes after its time-out is dropped. */
  #settle(idFrame: Uint8Array | undefined, message: Uint8Array): void {
    if (idFrame === undefined) return;
    const id = Buffer.from(idFrame.buffer, idFrame.byteOffset, idFrame.byteLength).toString(
      "latin1",
    );
    const waiting = this.#pending.get(id);
    this.#pending.delete(id);
    waiting?.resolve(message);
  }

  #decoderOf(response: MessageType<object>): EnvelopeDecoder<MessageType<object>> {
    let decoder = this.#decoders.get(response);
    if (decoder === undefined) {
      decoder = new EnvelopeDecoder([response]);
      this.#decoders.set(response, decoder);
    }
    return decoder;
  }
}
