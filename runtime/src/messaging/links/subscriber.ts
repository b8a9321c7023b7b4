import { DecodeError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import type { Routed } from "../../connection/frames/routed.js";
import { SKIPPED } from "../../connection/queue/reader.js";
import type { LinkStats } from "../../connection/socket/connector.js";
import type { Endpoints } from "../../connection/socket/endpoint.js";
import type { ConnectorOptions } from "../../connection/socket/options.js";
import { Subscriber as ByteSubscriber } from "../../connection/subscriber.js";
import { splitPublished } from "../batch/split.js";
import { type Envelope, readerTopicOf } from "../envelope/format.js";
import { type MessageOf, type MessageType, shortName } from "../envelope/message-type.js";
import { type Gap, type GapCounts, Gaps } from "./gaps.js";
import { type Answering, ReceivingLink } from "./link.js";

/** Options for {@link Subscriber}. */
export interface SubscriberOptions extends ConnectorOptions {
  /** The same as {@link Subscriber.onGap}, from the first message on. */
  onGap?: (gap: Gap) => void;
}

/** The counters of a subscriber. */
export interface SubscriberStats extends LinkStats, GapCounts {}

/**
 * Receives the published messages of the given types and no others (Python:
 * `messaging.Subscriber`). Connects, unless the endpoint begins with `@`.
 *
 * The subscription to a type in a package covers its full name and its short name, which a Python
 * publisher writes; a message with the same short name from another package is dropped.
 *
 * @typeParam M - The union of the types of the received messages, discriminated by `$type`.
 *
 * @example
 * ```ts
 * import { Subscriber } from "dividere/messaging";
 * import { Msg01, Msg02 } from "./gen/greeter.js";
 *
 * await using subscriber = new Subscriber("tcp://127.0.0.1:5556", [Msg01, Msg02]);
 * for await (const event of subscriber) console.log(event.$type, event.field1);
 * ```
 */
export class Subscriber<M extends MessageType<object> = MessageType> extends ReceivingLink<
  ByteSubscriber,
  MessageOf<M>,
  MessageOf<M>
> {
  override readonly answering: Answering = "never";
  override readonly concurrent: boolean = false;
  readonly #gaps = new Gaps(() => this.endpoints.join(", "));

  /** @throws ConnectionError when an endpoint is invalid. */
  constructor(endpoints: Endpoints, types: readonly M[], options?: SubscriberOptions) {
    const names = new Set(types.flatMap((type) => [type.$type, shortName(type.$type)]));
    super(
      new ByteSubscriber(endpoints, { ...options, topics: [...names].map(readerTopicOf) }),
      types,
    );
    this.connector._splitWith(splitPublished);
    if (options?.onGap !== undefined) this.onGap(options.onGap);
  }

  /** The counters of the messages that were received, and of those that were lost on the way. */
  override get stats(): SubscriberStats {
    return { ...this.connector.stats, ...this.#gaps.counts };
  }

  /**
   * Calls `listener` when messages were lost on the way, until the returned function is called. Known
   * of publishers with the option `sequence`, and with the next message of the type that arrives;
   * `stats` has the sum, and the log a warning for the first loss of each type and publisher.
   */
  onGap(listener: (gap: Gap) => void): () => void {
    return this.#gaps.listen(listener);
  }

  /**
   * Iterates over arrays of messages, as many as have arrived together: the messages of a batch, and
   * otherwise one. An array has at least one message and at most 512. For the rest the loop is like
   * the one over the messages: it ends when the subscriber is closed, and leaving it keeps the
   * subscriber open. After a message that does not decode, the loop throws its error, and the next
   * loop goes on behind it.
   *
   * @example
   * ```ts
   * import { Subscriber } from "dividere/messaging";
   * import { Msg02 } from "./gen/greeter.js";
   *
   * await using subscriber = new Subscriber("tcp://127.0.0.1:5556", [Msg02]);
   * for await (const messages of subscriber.batches()) console.log(messages.length);
   * ```
   */
  batches(): AsyncGenerator<MessageOf<M>[], void, void> {
    return this.iterate((first) => {
      const messages = [first];
      this.#addHeld(messages);
      return messages;
    });
  }

  /** Adds the messages that have arrived with the last one. */
  #addHeld(messages: MessageOf<M>[]): void {
    const { connector } = this;
    for (let frame = connector._held; frame !== undefined; frame = connector._held) {
      let message: MessageOf<M> | undefined;
      try {
        message = this.decoder.decode(frame) as MessageOf<M>;
      } catch (error) {
        // The error stays for the next turn of the loop, which receives the frame.
        if (!isStranger(error)) return;
      }
      if (connector._takeHeld() === undefined) return;
      if (message !== undefined && this.#gaps.note(frame)) messages.push(message);
    }
  }

  protected override open(
    received: Uint8Array,
  ): MessageOf<M> | Promise<MessageOf<M>> | typeof SKIPPED {
    return this.#gaps.note(received) ? super.open(received) : SKIPPED;
  }

  protected override inbound(received: Uint8Array): Routed<Uint8Array> | typeof SKIPPED {
    return this.#gaps.note(received) ? super.inbound(received) : SKIPPED;
  }

  protected override failed(
    inbound: Routed<Uint8Array>,
    envelope: Envelope | undefined,
    error: unknown,
  ): Promise<never> | typeof SKIPPED {
    return isStranger(error) ? SKIPPED : super.failed(inbound, envelope, error);
  }

  protected override deliver(message: MessageOf<M>): MessageOf<M> {
    return message;
  }
}

/**
 * Returns whether a message arrived because of its short name alone, and its type was not
 * subscribed to.
 */
export function isStranger(error: unknown): boolean {
  if (!(error instanceof DecodeError) || error.code !== "UNKNOWN_MESSAGE_TYPE") return false;
  log(
    "messaging",
    "debug",
    { type: error.typeName },
    "dropped a published message of a type that was not subscribed to",
  );
  return true;
}
