import { DividereError } from "../../base/errors.js";
import { openWait, type WaitOptions } from "../../base/wait.js";
import type { Endpoints } from "../../connection/socket/endpoint.js";
import type { CallOptions, RequestClientOptions } from "../client/call-options.js";
import { RequestClient } from "../client/request-client.js";
import { EnvelopeDecoder } from "../envelope/decoder.js";
import type { MessageOf, MessageType } from "../envelope/message-type.js";
import { readReply } from "../envelope/reply.js";
import { TypeSet } from "../envelope/type-set.js";

/** Options for {@link Client}. Retries are on: 5 by default, as in Python. */
export interface ClientOptions extends RequestClientOptions {}

interface Asked<T> {
  readonly answer: Promise<T>;
  settled: boolean;
}

/**
 * Sends requests, and sends unanswered requests again (Python:
 * `messaging.LoadBalancingPattern.Client`; ZeroMQ guide, chapter 4, "Lazy Pirate"): after each
 * `retryTimeoutMs` (5,000 by default) without an answer, up to `maxRetries` times (5 by default).
 * The first answer to any copy counts, and a later one is never mistaken for the answer to another
 * request. A retry goes to the next of several endpoints. A generated client with `maxRetries` does
 * the same.
 *
 * A request that was sent twice may be carried out twice, so use this client only for requests that
 * may be repeated.
 *
 * @typeParam M - The union of the types of the messages sent and received.
 *
 * @example
 * ```ts
 * import { LoadBalancing } from "dividere/messaging";
 * import { Msg01 } from "./gen/greeter.js";
 *
 * await using client = new LoadBalancing.Client("tcp://127.0.0.1:6000", [Msg01]);
 * console.log(await client.request({ field1: "hello" }));
 * ```
 */
export class Client<M extends MessageType<object> = MessageType> extends RequestClient {
  /** The message types that the client was given. */
  readonly types: readonly M[];
  readonly #types: TypeSet;
  readonly #decoder: EnvelopeDecoder<MessageType<object>>;
  readonly #asked: Asked<MessageOf<M>>[] = [];

  /** @throws ConnectionError when an endpoint is invalid. */
  constructor(endpoints: Endpoints, types: readonly M[], options?: ClientOptions) {
    super(endpoints, { maxRetries: 5, ...options });
    this.types = types;
    this.#types = new TypeSet(types as readonly MessageType<object>[] as readonly MessageType[]);
    this.#decoder = new EnvelopeDecoder<MessageType<object>>(types);
  }

  /**
   * Sends a request and waits for its answer; other requests may be in flight.
   *
   * @param type - The request's type; by default the type that its `$type` names, or the client's
   *   only type.
   * @throws RetryError `TIMEOUT` when no server answered the request or any retry.
   * @throws RequestError when the server or the broker refused the request.
   * @throws DividereError `UNKNOWN_MESSAGE_TYPE`, `UNENCODABLE_MESSAGE`, `TIMEOUT`, `CLOSED`, or
   *   the signal's reason.
   */
  async request<T extends MessageOf<M>>(
    message: T,
    type?: MessageType<T>,
    options?: CallOptions,
  ): Promise<MessageOf<M>> {
    return this.#open(await this._roundTrip(this.#typeOf(message, type), message, options));
  }

  /**
   * Sends a request whose answer {@link recv} returns; the client makes the retries by itself.
   *
   * @param type - As for {@link request}.
   * @throws DividereError `UNKNOWN_MESSAGE_TYPE`, `UNENCODABLE_MESSAGE` or `CLOSED`.
   */
  async send<T extends MessageOf<M>>(message: T, type?: MessageType<T>): Promise<void> {
    const reply = this._roundTrip(this.#typeOf(message, type), message);
    const asked: Asked<MessageOf<M>> = {
      settled: false,
      answer: reply
        .then((frame) => this.#open(frame))
        .finally(() => {
          asked.settled = true;
        }),
    };
    // recv() reports the failure; until then it must not count as unhandled.
    asked.answer.catch(() => {});
    this.#asked.push(asked);
  }

  /**
   * Receives the answer to the oldest request whose answer has not been received yet.
   *
   * @param options - The limits of this wait, whatever retries remain; afterwards `recv` can be
   *   called again.
   * @throws DividereError `OUT_OF_ORDER` when no request was sent, and the errors of
   *   {@link request}.
   */
  async recv(options?: WaitOptions): Promise<MessageOf<M>> {
    const asked = this.#asked.shift();
    if (asked === undefined) {
      throw new DividereError(
        "OUT_OF_ORDER",
        `${this.endpoints.join(", ")}: recv() was called and no request waits for an answer; send() one first`,
      );
    }
    const wait = openWait<MessageOf<M>>(
      options,
      () => `without an answer from ${this.endpoints.join(", ")}, which is still being asked`,
    );
    asked.answer.then(wait.resolve, wait.reject);
    try {
      return await wait.promise;
    } catch (error) {
      if (!asked.settled) this.#asked.unshift(asked);
      throw error;
    }
  }
  #typeOf<T extends MessageOf<M>>(message: T, type?: MessageType<T>): MessageType<object> {
    return (type ?? this.#types.of(message)) as MessageType<object>;
  }

  #open(frame: Uint8Array): MessageOf<M> {
    return readReply(frame, this.#decoder) as MessageOf<M>;
  }
}
