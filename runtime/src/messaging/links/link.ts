import { DividereError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import type { WaitOptions } from "../../base/wait.js";
import type { Routed } from "../../connection/frames/routed.js";
import { MessageIterator } from "../../connection/queue/message-iterator.js";
import { type MessageSource, SKIPPED, type Transform } from "../../connection/queue/reader.js";
import { ReaderLock } from "../../connection/queue/reader-lock.js";
import type { SecurityOption } from "../../connection/security/options.js";
import type { Connector, LinkStats } from "../../connection/socket/connector.js";
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
   * The connector underneath, for its status events. What it receives or sends by itself is missed
   * here.
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

  /**
   * The endpoints, those that are bound as libzmq resolved them; see {@link Connector.endpoints}.
   */
  get endpoints(): readonly string[] {
    return this.connector.endpoints;
  }

  /** Whether {@link close} was called. */
  get closed(): boolean {
    return this.connector.closed;
  }

  /** The counters of the messages that were sent, received and dropped; see {@link Connector.stats}. */
  get stats(): LinkStats {
    return this.connector.stats;
  }

  /** @internal Encodes a message, with the fields of the envelope beside it. */
  _encode(message: object, type?: MessageType<object>, extras?: EnvelopeExtras): Uint8Array {
    return this.encoder.encode(message, type, extras);
  }

  /** Closes the link at once; what waits on it fails with `CLOSED`. May be called again. */
  close(): void {
    this.connector.close();
  }

  /** The same as {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}

/** A frame that arrived, decoded. */
export interface Decoded<T extends object> {
  readonly envelope: Envelope;
  readonly type: MessageType<T>;
  readonly message: T;
}

/** Whether who sends to a link waits for an answer: always, perhaps, or never. */
export type Answering = "required" | "optional" | "never";

/** A connector that a {@link ReceivingLink} can stand on. */
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
 * A link that receives: one message at a time with {@link recv}, or all of them with `for await`,
 * or through a reactor, which then is the only one that should read from it.
 *
 * A frame that does not decode makes the `recv` that met it fail, and the loop with it; the link
 * goes on working, so the next `recv` or loop gets the next message.
 */
export abstract class ReceivingLink<
    C extends ReceivingConnector = ReceivingConnector,
    T extends object = Message,
    R = unknown,
  >
  extends Link<C, T>
  implements AsyncIterable<R>
{
  /** Whether who sends to this link waits for an answer. */
  abstract readonly answering: Answering;
  /**
   * Whether a reactor may handle the next message before this one is done; where not, messages are
   * handled one by one, in the order of their arrival.
   */
  abstract readonly concurrent: boolean;
  /**
   * Whether further frames may follow a request: the steps of a stream, or a cancellation. Not where
   * each frame is a request of its own, as behind a load balancing broker.
   */
  readonly followedUp: boolean = false;
  readonly #lock = new ReaderLock();
  #messages: MessageSource<R> | undefined;
  #frames: MessageSource<Routed<Uint8Array>> | undefined;

  /**
   * The next message.
   *
   * @throws DecodeError for a frame that is no envelope, or that holds a message of a type which
   *   the link was not given.
   * @throws DividereError `TIMEOUT` or `CLOSED`, or the signal's reason. A message that comes after
   *   that goes to the next call.
   */
  recv(options?: WaitOptions): Promise<R> {
    this.#messages ??= this.connector._source((received) => this.open(received));
    return this.#messages.receive(options);
  }

  /**
   * Whether a message is there or arrives within `timeoutMs`, and is left for {@link recv}. Without
   * `timeoutMs` it waits as long as it takes.
   */
  wait(timeoutMs?: number): Promise<boolean> {
    return this.connector.wait(timeoutMs);
  }

  /** The messages as they come, until the link is closed. Leaving the loop keeps it open. */
  [Symbol.asyncIterator](): AsyncGenerator<R, void, void> {
    const link = this;
    return new MessageIterator<R>(
      {
        lock: this.#lock,
        describe: () => this.endpoints.join(", "),
        get closed() {
          return link.closed;
        },
      },
      <V>(transform: Transform<R, V>, onFailure: (error: unknown) => V) =>
        this.connector._source<V>((received) => andThen(this.open(received), transform), onFailure),
    );
  }

  /** Makes of what the connector received what {@link recv} gives. */
  protected open(received: Uint8Array | Routed<Uint8Array>): R | Promise<R> | typeof SKIPPED {
    const inbound = toInbound(received);
    let envelope: Envelope | undefined;
    let message: T;
    try {
      envelope = this.decoder.read(inbound.message);
      message = this.decoder.open(envelope, this.decoder.typeOf(envelope)) as T;
    } catch (error) {
      return this.failed(inbound, envelope, error);
    }
    return this.deliver(message, inbound);
  }

  /** What {@link recv} does with a frame that cannot be decoded: it rejects, by default. */
  protected failed(
    inbound: Routed<Uint8Array>,
    envelope: Envelope | undefined,
    error: unknown,
  ): Promise<never> | typeof SKIPPED {
    return this._refuse(inbound, envelope, error).then(() => {
      throw error;
    });
  }

  /** Makes of a decoded message what {@link recv} gives. */
  protected abstract deliver(message: T, inbound: Routed<Uint8Array>): R;

  /** @internal The next frame, for a reactor. */
  _receive(options?: WaitOptions): Promise<Routed<Uint8Array>> {
    this.#frames ??= this.connector._source<Routed<Uint8Array>>(toInbound);
    return this.#frames.receive(options);
  }

  /**
   * @internal Sends an answer back the way that `inbound` came; does nothing where nobody waits for
   *   one.
   */
  async _answer(_inbound: Routed<Uint8Array>, _frame: Uint8Array): Promise<void> {}

  /** @internal Decodes a frame; one that cannot be decoded is refused to a sender who waits. */
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

  /** @internal Takes the envelope of a frame apart. @throws DecodeError `MALFORMED_ENVELOPE` */
  _envelope(inbound: Routed<Uint8Array>): Envelope {
    return this.decoder.read(inbound.message);
  }

  /**
   * @internal Decodes the message of an envelope.
   *
   * @param type - The one that the envelope names, unless the caller knows better.
   * @throws DecodeError `UNKNOWN_MESSAGE_TYPE` or `MALFORMED_MESSAGE`.
   */
  _open(envelope: Envelope, type?: MessageType<object>): Omit<Decoded<T>, "envelope"> {
    const actual = (type ?? this.decoder.typeOf(envelope)) as MessageType<T>;
    return { type: actual, message: this.decoder.open(envelope, actual) as T };
  }

  /** @internal Refuses a frame that could not be decoded, where its sender waits. Never rejects. */
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

  /** Called for a frame that could not be decoded, before the error is thrown. */
  protected async undecodable(
    _inbound: Routed<Uint8Array>,
    _envelope: Envelope | undefined,
    _error: unknown,
  ): Promise<void> {}
}

/** The route of a message from a connector that has none. */
const NO_ROUTE: readonly Uint8Array[] = [];

function toInbound(received: Uint8Array | Routed<Uint8Array>): Routed<Uint8Array> {
  return received instanceof Uint8Array ? { route: NO_ROUTE, message: received } : received;
}

/** Transforms a result that may still be on its way. */
function andThen<R, V>(
  result: R | Promise<R> | typeof SKIPPED,
  transform: Transform<R, V>,
): V | Promise<V> | typeof SKIPPED {
  if (result === SKIPPED) return SKIPPED;
  // Only what could not be decoded comes later, and that always rejects.
  if (result instanceof Promise) return result as Promise<never>;
  return transform(result);
}

/** Whether the sender of a message waits for an answer. */
export function awaitsAnswer(
  link: Pick<ReceivingLink, "answering">,
  inbound: Routed<Uint8Array>,
): boolean {
  if (link.answering !== "optional") return link.answering === "required";
  // A dealer's peer that put no route does not wait.
  return inbound.route.length > 0;
}

/**
 * Lists the links of a reactor. A reactor that is to be secured has no link that is not.
 *
 * @throws DividereError `SECURITY_INVALID`
 */
export function linkList(
  links: ReceivingLink | readonly ReceivingLink[],
  { security }: SecurityOption,
): readonly ReceivingLink[] {
  const list: readonly ReceivingLink[] = Array.isArray(links) ? links : [links];
  const open = security && list.find((link) => !link.connector.secured);
  if (open === undefined) return list;
  throw new DividereError(
    "SECURITY_INVALID",
    `The reactor has the option security, and its link ${open.endpoints.join(", ")} is open to all; give that link the option security when it is made`,
  );
}
