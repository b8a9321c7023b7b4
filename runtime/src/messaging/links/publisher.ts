import type { WaitOptions } from "../../base/wait.js";
import {
  Publisher as BytePublisher,
  type PublisherOptions as BytePublisherOptions,
} from "../../connection/publisher.js";
import type { Endpoints } from "../../connection/socket/endpoint.js";
import type { BatchOptions } from "../batch/options.js";
import { PublishBatches } from "../batch/publish-batches.js";
import { deadlineIn, remainingMs } from "../call/deadline.js";
import { CallHeaders, type HeadersInit } from "../call/headers.js";
import {
  type Call,
  type CallResult,
  type Interceptor,
  intercept,
  rpcInfo,
} from "../call/interceptor.js";
import type { RpcDefinition } from "../call/rpc.js";
import { type EnvelopeExtras, readerTopicOf } from "../envelope/format.js";
import type { MessageInit, MessageOf, MessageType } from "../envelope/message-type.js";
import { Link } from "./link.js";
import { Publications } from "./publications.js";

/** Options for {@link Publisher}. */
export interface PublisherOptions extends BytePublisherOptions {
  /**
   * Whether the messages of each type are numbered, so that a {@link Subscriber} of this package notices
   * those that it did not get: libzmq drops messages for a subscriber that reads too slowly, and tells
   * nobody. `false` by default: a message then has the bytes that Python's `dividere` writes. Python
   * reads numbered messages too.
   */
  sequence?: boolean;
  /**
   * The types whose last message is published again for each new subscriber, within 100 ms; `true` is
   * every type. `false` by default. Switches `sequence` on. An XPUB socket cannot send to a single
   * subscriber, so all subscribers to the type get the message again: those of this package drop the
   * repetition, others see it. The publisher keeps one message for each type.
   */
  lastValue?: boolean | readonly MessageType<object>[];
  /**
   * Interceptors around the publishing of every event; the first is the outermost. None by default. An
   * interceptor that waits before it passes an event on lets later events overtake it.
   */
  interceptors?: readonly Interceptor[];
  /**
   * Whether messages that are sent in one turn of the event loop leave together, in one frame, to
   * subscribers that read batches: those of this package. `true` by default, and an object sets
   * limits. While a type has another subscriber, such as Python's or one of bytes, its messages
   * leave one by one. The messages keep their order, and each `send` its meaning. For libzmq a batch
   * is one message: `sendHighWaterMark` counts batches, and a slow subscriber loses a batch at a
   * time. A `send` with a time-out or a signal does not wait for others.
   */
  batch?: boolean | BatchOptions;
}

/** Options for publishing a message. */
export interface PublishOptions extends WaitOptions {
  /**
   * The headers of the message, which a reactor's handler reads from `ctx.requestHeaders` and a
   * subscriber with {@link headersOf}. None by default: the message then has the bytes that Python's
   * `dividere` writes. Python reads a message with headers too, and ignores them.
   */
  headers?: HeadersInit;
}

/**
 * Publishes messages to all subscribers (Python: `messaging.Publisher`). Binds, unless the endpoint
 * begins with `>`.
 *
 * @typeParam M - The union of the types of the published messages.
 *
 * @example
 * ```ts
 * import { Publisher } from "dividere/messaging";
 * import { Msg02 } from "./gen/greeter.js";
 *
 * await using publisher = new Publisher("tcp://127.0.0.1:5556", [Msg02]);
 * await publisher.waitForSubscribers(1);
 * await publisher.send({ field1: "some published event" });
 * ```
 */
export class Publisher<M extends MessageType<object> = MessageType> extends Link<
  BytePublisher,
  MessageOf<M>
> {
  readonly #publications: Publications | undefined;
  readonly #interceptors: readonly Interceptor[];
  readonly #batches: PublishBatches | undefined;

  /** @throws ConnectionError when an endpoint is invalid or cannot be bound. */
  constructor(endpoints: Endpoints, types: readonly M[] = [], options: PublisherOptions = {}) {
    super(new BytePublisher(endpoints, options), types);
    const {
      lastValue = false,
      sequence = lastValue !== false,
      interceptors = [],
      batch = true,
    } = options;
    this.#interceptors = interceptors;
    if (batch !== false)
      this.#batches = new PublishBatches(this.encoder, this.connector, batch === true ? {} : batch);
    if (sequence || lastValue !== false)
      this.#publications = new Publications(this.connector, lastValue);
  }

  /**
   * Publishes a message; fulfilled once libzmq has accepted the message, in the order of the calls.
   *
   * @param type - The message's type; by default the type that its `$type` names, or the
   *   publisher's only type.
   * @throws DividereError `UNKNOWN_MESSAGE_TYPE`, `UNENCODABLE_MESSAGE`, `QUEUE_FULL`, `CLOSED` or
   *   `HEADERS_INVALID`.
   */
  send<T extends MessageOf<M>>(
    message: MessageInit<T>,
    type?: MessageType<T>,
    options?: PublishOptions,
  ): Promise<void> {
    const actual = type as MessageType<object> | undefined;
    if (this.#interceptors.length > 0 || options?.headers !== undefined)
      return this.#withHeaders(message, actual, undefined, options);
    return this.#send(message, actual, undefined, options);
  }

  /**
   * Publishes the event of an rpc; generated code uses this method. Otherwise as {@link send}.
   *
   * @param rpc - The rpc; written into the envelope if several rpcs publish the message.
   */
  sendFor(rpc: RpcDefinition, message: object, options?: PublishOptions): Promise<void> {
    if (this.#interceptors.length > 0 || options?.headers !== undefined)
      return this.#withHeaders(message, rpc.request, rpc, options);
    const extras = rpc.shared === true ? { rpc: rpc.path } : undefined;
    return this.#send(message, rpc.request, extras, options);
  }

  /**
   * Returns the number of subscriptions to messages of `type`; without `type`, the number for the
   * type with the most.
   */
  subscriptionCount(type?: M): number {
    const types = type === undefined ? this.types : [type];
    return Math.max(
      0,
      ...types.map((each) => this.connector.subscriptionCount(readerTopicOf(each.$type))),
    );
  }

  /**
   * Waits until {@link subscriptionCount} has reached `count`. Use this instead of sleeping until
   * subscribers connect.
   *
   * @throws DividereError `TIMEOUT` or `CLOSED`, or the signal's reason.
   */
  waitForSubscribers(count = 1, options: WaitOptions & { type?: M } = {}): Promise<void> {
    return this.connector._waitUntil(
      () => this.subscriptionCount(options.type) >= count,
      options,
      () =>
        `while ${this.endpoints.join(", ")} waited for ${count} subscriber${count === 1 ? "" : "s"} to ${
          options.type?.$type ?? this.types.map((type) => type.$type).join(" or ")
        }; it has ${this.subscriptionCount(options.type)}${this.connector._hint}`,
    );
  }

  /** Publishes a message with headers, those that interceptors set included. */
  async #withHeaders(
    message: object,
    given: MessageType<object> | undefined,
    named: RpcDefinition | undefined,
    options: PublishOptions | undefined,
  ): Promise<void> {
    const type = this.encoder._typeOf(message, given as MessageType | undefined);
    const rpc = named ?? { path: type.$type, handler: "", request: type };
    const publish = async (call: Call): Promise<CallResult> => {
      const { signal, headers } = call;
      const extras: EnvelopeExtras = {
        headers: headers._write(false),
        rpc: rpc.shared === true ? rpc.path : undefined,
      };
      await this.#send(call.message as object, type, extras, {
        // A message that cannot be given up may wait for others in its batch.
        ...(call.deadline !== undefined && { timeoutMs: remainingMs(call) }),
        ...(signal !== undefined && { signal }),
      });
      return { headers: new CallHeaders(), trailers: new CallHeaders() };
    };
    const timeoutMs = options?.timeoutMs ?? Number.POSITIVE_INFINITY;
    await intercept(
      this.#interceptors,
      publish,
    )({
      side: "client",
      endpoints: this.endpoints,
      event: type.$type,
      rpc: rpcInfo(rpc),
      headers: new CallHeaders(options?.headers),
      ...deadlineIn(timeoutMs),
      signal: options?.signal,
      message,
    });
  }

  /** Not `async`, which would make a further promise for each message. */
  #send(
    message: object,
    type: MessageType<object> | undefined,
    extras: EnvelopeExtras | undefined,
    options: WaitOptions | undefined,
  ): Promise<void> {
    try {
      const actual = this.encoder._typeOf(message, type);
      const batches = this.#batches;
      if (this.#publications !== undefined) {
        const send = (frame: Uint8Array): Promise<void> =>
          batches?.sendFrame(frame, actual, options) ?? this.connector.send(frame, options);
        return this.#publications.send(this.encoder, message, actual, extras, send);
      }
      if (batches === undefined)
        return this.connector.send(this._encode(message, actual, extras), options);
      return batches.send(this.encoder._borrowValue(message, actual), actual, extras, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }
}
