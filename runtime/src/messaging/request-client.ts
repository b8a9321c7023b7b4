import { DividereError } from "../base/errors.js";
import { type Deferred, openWait, type WaitOptions } from "../base/wait.js";
import type { ConnectorOptions } from "../connection/connector.js";
import type { Dealer } from "../connection/dealer.js";
import { DealerPool } from "../connection/dealer-pool.js";
import type { Endpoints } from "../connection/endpoint.js";
import type { StatusEvent } from "../connection/monitor.js";
import { EMPTY } from "../connection/routed.js";
import { EnvelopeDecoder, EnvelopeEncoder } from "./envelope.js";
import type { MessageType } from "./message-type.js";
import { readReply } from "./refusal.js";

/** What a request client can be told. */
export interface RequestClientOptions extends ConnectorOptions {
  /** How long a call waits for its answer when it says nothing, in milliseconds. 10,000 by default; `Infinity` is as long as it takes. */
  timeoutMs?: number;
}

/** What a call can be told. */
export interface CallOptions {
  /** How long to wait for the answer, in milliseconds; the client's `timeoutMs` by default. The server is told too. */
  timeoutMs?: number;
  /** Gives the call up when it is aborted, which rejects it with the signal's reason. The server is not told. */
  signal?: AbortSignal;
}

/** The longest time that fits the envelope's field. */
const LONGEST_TIMEOUT_MS = 0xffff_ffff;

/**
 * Sends requests and matches the answers to them, with any number in flight and in any order: the base of the generated clients. Each request carries a number in a frame of its own, which REP
 * sockets, routers and brokers send back with the answer, those of Python's `dividere` included. Several endpoints are asked round robin.
 *
 * A request waits until a server is connected, and is taken back when its time has passed by then. One that was sent and never answered may have been carried out.
 */
export class RequestClient implements AsyncDisposable {
  readonly #pool: DealerPool;
  readonly #timeoutMs: number;
  readonly #encoder = new EnvelopeEncoder();
  readonly #decoders = new Map<MessageType<object>, EnvelopeDecoder<MessageType<object>>>();
  readonly #pending = new Map<string, Deferred<Uint8Array>>();
  #sequence = 0;
  readonly #reading = new Set<Dealer>();

  /** @throws ConnectionError when an endpoint is invalid. */
  constructor(endpoints: Endpoints, options: RequestClientOptions = {}) {
    this.#pool = new DealerPool(endpoints, options);
    this.#timeoutMs = options.timeoutMs ?? 10_000;
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
   * @throws DividereError `TIMEOUT`, `CLOSED`, `QUEUE_FULL`, `UNENCODABLE_MESSAGE`, or the signal's reason.
   * @throws DecodeError when the answer is not the response that was asked for.
   */
  protected async call<Q extends object, R extends object>(
    request: MessageType<Q>,
    response: MessageType<R>,
    message: Q,
    options?: CallOptions,
  ): Promise<R> {
    const timeoutMs = options?.timeoutMs ?? this.#timeoutMs;
    const frame = this.#encoder.encode(message, request, {
      timeoutMs:
        timeoutMs === Number.POSITIVE_INFINITY
          ? 0
          : Math.min(Math.max(1, Math.ceil(timeoutMs)), LONGEST_TIMEOUT_MS),
    });
    const reply = await this.#exchange(frame, request, { timeoutMs, signal: options?.signal });
    return readReply(reply, this.#decoderOf(response)) as R;
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

  #exchange(frame: Uint8Array, request: MessageType, options: WaitOptions): Promise<Uint8Array> {
    const id = (this.#sequence++).toString(36);
    let sent = false;
    const waiting = openWait<Uint8Array>(
      options,
      () =>
        sent
          ? `without an answer to ${request.$type} from ${this.endpoints.join(", ")}`
          : `before ${request.$type} could be sent: no server is connected at ${this.endpoints.join(", ")}`,
      () => this.#pending.delete(id),
    );
    if (waiting.settled) return waiting.promise;
    this.#pending.set(id, waiting);
    this.#pool.send({ route: [Buffer.from(id, "latin1"), EMPTY], message: frame }, options).then(
      (dealer) => {
        sent = true;
        void this.#read(dealer);
      },
      (error) => {
        // When both have run out of time the wait's own error says more.
        if (error instanceof DividereError && error.code === "TIMEOUT") return;
        this.#pending.delete(id);
        waiting.reject(error);
      },
    );
    return waiting.promise;
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

  /** Hands an answer to who asked. One that comes after its time-out has nobody to go to. */
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
