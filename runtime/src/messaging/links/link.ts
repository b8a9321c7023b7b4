import type { Drained, DrainOptions } from "../../base/drain.js";
import { log } from "../../base/log.js";
import type { WaitOptions } from "../../base/wait.js";
import { asRouted, type Routed } from "../../connection/frames/routed.js";
import { MessageIterator } from "../../connection/queue/message-iterator.js";
import { type MessageSource, SKIPPED, type Transform } from "../../connection/queue/reader.js";
import { ReaderLock } from "../../connection/queue/reader-lock.js";
import type { Connector, LinkStats } from "../../connection/socket/connector.js";
import { noteHeaders } from "../call/headers-of.js";
import { EnvelopeDecoder } from "../envelope/decoder.js";
import { EnvelopeEncoder } from "../envelope/encoder.js";
import type { Envelope, EnvelopeExtras } from "../envelope/format.js";
import type { Message, MessageType } from "../envelope/message-type.js";

/**
 * The base of the messaging classes: a connector for the bytes, and the types that travel over it.
 * Closing the link closes the connector.
 */
export abstract class Link<C extends Connector, T extends object> implements AsyncDisposable {
  /**
   * The underlying connector, for its status events. The link does not see messages received or
   * sent through the connector directly.
   */
  readonly connector: C;
  /** The message types that the link was given. */
  readonly types: readonly MessageType<T>[];
  protected readonly encoder: EnvelopeEncoder<MessageType<object>>;
  protected readonly decoder: EnvelopeDecoder<MessageType<object>>;

  protected constructor(connector: C, types: readonly MessageType<object>[]) {
    this.connector = connector;
    this.types = types as readonly MessageType<T>[];
    this.encoder = new EnvelopeEncoder(types);
    this.decoder = new EnvelopeDecoder(types);
  }

  /** The endpoints; bound endpoints as libzmq resolved them. See {@link Connector.endpoints}. */
  get endpoints(): readonly string[] {
    return this.connector.endpoints;
  }

  /** Whether {@link close} was called. */
  get closed(): boolean {
    return this.connector.closed;
  }

  /** The counts of sent, received and dropped messages; see {@link Connector.stats}. */
  get stats(): LinkStats {
    return this.connector.stats;
  }

  /** @internal Encodes a message, with further fields of the envelope. */
  _encode(message: object, type?: MessageType<object>, extras?: EnvelopeExtras): Uint8Array {
    return this.encoder.encode(message, type, extras);
  }

  /** Closes the link at once; pending operations fail with `CLOSED`. Repeated calls do nothing. */
  close(): void {
    this.connector.close();
  }

  /** Sends what waits, then closes, and tells what it gave up; see {@link Connector.drain}. */
  drain(options?: DrainOptions): Promise<Drained> {
    return this.connector.drain(options);
  }

  /** The same as {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}

/** A decoded frame. */
export interface Decoded<T extends object> {
  readonly envelope: Envelope;
  readonly type: MessageType<T>;
  readonly message: T;
}

/** Whether the senders to a link wait for an answer: always, perhaps, or never. */
export type Answering = "required" | "optional" | "never";

/** A connector that a {@link ReceivingLink} can use. */
export type ReceivingConnector = Connector & {
  recv(options?: WaitOptions): Promise<Uint8Array | Routed<Uint8Array>>;
  wait(timeoutMs?: number): Promise<boolean>;
  /** @internal */
  _source<R>(
    transform: Transform<Uint8Array | Routed<Uint8Array>, R>,
    onFailure?: (error: unknown) => R,
  ): MessageSource<R>;
};

/**
 * A link that receives: one message at a time with {@link recv}, all messages with `for await`, or
 * through a reactor, which then must be the link's only reader.
 *
 * A frame that does not decode makes the current `recv` or loop fail; the link remains usable, so
 * the next `recv` or loop gets the next message.
 */
export abstract class ReceivingLink<
    C extends ReceivingConnector = ReceivingConnector,
    T extends object = Message,
    R = unknown,
  >
  extends Link<C, T>
  implements AsyncIterable<R>
{
  /** Whether the senders to this link wait for an answer. */
  abstract readonly answering: Answering;
  /**
   * Whether a reactor may handle a message before the previous one is done; if not, messages are
   * handled one by one, in the order of their arrival.
   */
  abstract readonly concurrent: boolean;
  /**
   * Whether further frames may follow a request: the steps of a stream, or a cancellation. False if
   * each frame is a separate request, as behind a load balancing broker.
   */
  readonly followedUp: boolean = false;
  /** Whether requests may travel together to this link, which splits them. */
  readonly readsBatches: boolean = false;
  readonly #lock = new ReaderLock();
  #messages: MessageSource<R> | undefined;
  #frames: MessageSource<Routed<Uint8Array>> | undefined;

  /**
   * Receives the next message.
   *
   * @throws DecodeError for a frame that is not an envelope, or that holds a message of a type that
   *   the link was not given.
   * @throws DividereError `TIMEOUT` or `CLOSED`, or the signal's reason. A message that arrives
   *   after that goes to the next call.
   */
  recv(options?: WaitOptions): Promise<R> {
    this.#messages ??= this.connector._source((received) => this.open(received));
    return this.#messages.receive(options);
  }

  /**
   * Returns whether a message is available or arrives within `timeoutMs`; leaves the message for
   * {@link recv}. Without `timeoutMs` the wait has no limit.
   */
  wait(timeoutMs?: number): Promise<boolean> {
    return this.connector.wait(timeoutMs);
  }

  /**
   * Iterates over the messages as they arrive, until the link is closed. Leaving the loop keeps the
   * link open.
   */
  [Symbol.asyncIterator](): AsyncGenerator<R, void, void> {
    return this.iterate((message) => message);
  }

  /** Iterates over what `convert` makes of each message, before the next is received. */
  protected iterate<I>(convert: (message: R) => I): AsyncGenerator<I, void, void> {
    const link = this;
    return new MessageIterator<I>(
      {
        lock: this.#lock,
        describe: () => this.endpoints.join(", "),
        get closed() {
          return link.closed;
        },
      },
      <V>(transform: Transform<I, V>, onFailure: (error: unknown) => V) =>
        this.connector._source<V>(
          (received) => andThen(this.open(received), (message) => transform(convert(message))),
          onFailure,
        ),
    );
  }

  /** Converts a received frame into the result of {@link recv}. */
  protected open(received: Uint8Array | Routed<Uint8Array>): R | Promise<R> | typeof SKIPPED {
    const inbound = asRouted(received);
    let envelope: Envelope | undefined;
    let message: T;
    try {
      const plain = this.decoder.decodePlain(inbound.message);
      if (plain !== undefined) return this.deliver(plain as T, inbound);
      envelope = this.decoder.read(inbound.message);
      message = this.decoder.open(envelope, this.decoder.typeOf(envelope)) as T;
      if (envelope.headers !== undefined) noteHeaders(message, envelope.headers);
    } catch (error) {
      return this.failed(inbound, envelope, error);
    }
    return this.deliver(message, inbound);
  }

  /** Handles a frame that {@link recv} cannot decode; rejects by default. */
  protected failed(
    inbound: Routed<Uint8Array>,
    envelope: Envelope | undefined,
    error: unknown,
  ): Promise<never> | typeof SKIPPED {
    return this._refuse(inbound, envelope, error).then(() => {
      throw error;
    });
  }

  /** Makes of what the connector received what a reactor gets. */
  protected inbound(
    received: Uint8Array | Routed<Uint8Array>,
  ): Routed<Uint8Array> | typeof SKIPPED {
    return asRouted(received);
  }

  /** Converts a decoded message into the result of {@link recv}. */
  protected abstract deliver(message: T, inbound: Routed<Uint8Array>): R;

  /** @internal Receives the next frame, for a reactor. */
  _receive(options?: WaitOptions): Promise<Routed<Uint8Array>> {
    this.#frames ??= this.connector._source((received) => this.inbound(received));
    return this.#frames.receive(options);
  }

  /** @internal Answers along a route, perhaps with others; does nothing if no sender waits. */
  async _answer(_to: Routed<Uint8Array>, _frame: Uint8Array, _batches?: boolean): Promise<void> {}

  /** @internal Decodes a frame; refuses a frame that does not decode to a waiting sender. */
  async _decode(inbound: Routed<Uint8Array>): Promise<Decoded<T>> {
    let envelope: Envelope | undefined;
    try {
      envelope = this._envelope(inbound);
      return { envelope, ...this._open(envelope) };
    } catch (error) {
      await this._refuse(inbound, envelope, error);
      throw error;
    }
  }

  /** @internal Reads the envelope of a frame. @throws DecodeError `MALFORMED_ENVELOPE` */
  _envelope(inbound: Routed<Uint8Array>): Envelope {
    return this.decoder.read(inbound.message);
  }

  /**
   * @internal Decodes the message of an envelope.
   *
   * @param type - The message's type; by default the type that the envelope names.
   * @throws DecodeError `UNKNOWN_MESSAGE_TYPE` or `MALFORMED_MESSAGE`.
   */
  _open(envelope: Envelope, type?: MessageType<object>): Omit<Decoded<T>, "envelope"> {
    const actual = (type ?? this.decoder.typeOf(envelope)) as MessageType<T>;
    return { type: actual, message: this.decoder.open(envelope, actual) as T };
  }

  /** @internal Refuses a frame that does not decode, if its sender waits. Never rejects. */
  async _refuse(
    inbound: Routed<Uint8Array>,
    envelope: Envelope | undefined,
    error: unknown,
  ): Promise<void> {
    try {
      await this.undecodable(inbound, envelope, error);
    } catch (failure) {
      log(
        "messaging",
        "warn",
        { err: failure },
        `could not refuse a request on ${this.endpoints.join(", ")}`,
      );
    }
  }

  /** Called for a frame that does not decode, before the error is thrown. */
  protected async undecodable(
    _inbound: Routed<Uint8Array>,
    _envelope: Envelope | undefined,
    _error: unknown,
  ): Promise<void> {}
}

/** Transforms a result that may still be pending. */
function andThen<R, V>(
  result: R | Promise<R> | typeof SKIPPED,
  transform: Transform<R, V>,
): V | Promise<V> | typeof SKIPPED {
  if (result === SKIPPED) return SKIPPED;
  // A promise here always rejects: only a frame that does not decode gives a promise.
  if (result instanceof Promise) return result as Promise<never>;
  return transform(result);
}

/** Returns whether the sender of a message waits for an answer. */
export function awaitsAnswer(
  link: Pick<ReceivingLink, "answering">,
  inbound: Routed<Uint8Array>,
): boolean {
  if (link.answering !== "optional") return link.answering === "required";
  // A dealer's peer that sent no route does not wait.
  return inbound.route.length > 0;
}
