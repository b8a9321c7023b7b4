import { builtin } from "../../base/builtin.js";
import { log } from "../../base/log.js";
import type { Publisher as BytePublisher } from "../../connection/publisher.js";
import type { EnvelopeEncoder } from "../envelope/encoder.js";
import { type EnvelopeExtras, readerTopicOf } from "../envelope/format.js";
import type { MessageType } from "../envelope/message-type.js";

/** Subscribers that connect together get one message together. */
const REPEAT_AFTER_MS = 10;

/** The numbers and the last values of a publisher's messages. */
export class Publications {
  readonly #publisher: BytePublisher;
  readonly #keeps: (type: MessageType<object>) => boolean;
  /** Tells this publisher from others, and from the one before at the same address. */
  readonly #id = builtin("node:crypto").randomInt(2 ** 32);
  readonly #sequences = new Map<string, number>();
  readonly #last = new Map<string, Uint8Array>();
  readonly #wanted = new Set<string>();

  /** @param lastValue - The types whose last message new subscribers get; `true` is all. */
  constructor(publisher: BytePublisher, lastValue: boolean | readonly MessageType<object>[]) {
    this.#publisher = publisher;
    const names = typeof lastValue === "boolean" ? undefined : lastValue.map((type) => type.$type);
    this.#keeps = (type) => names?.includes(type.$type) ?? lastValue === true;
    if (lastValue !== false) publisher._onSubscription((topic) => this.#subscribed(topic), false);
  }

  /** Encodes a message with its number, and publishes it. */
  send(
    encoder: EnvelopeEncoder<MessageType<object>>,
    message: object,
    type: MessageType<object>,
    extras: EnvelopeExtras | undefined,
    send: (frame: Uint8Array) => Promise<void>,
  ): Promise<void> {
    const name = type.$type;
    // A message that does not encode takes no number.
    const value = encoder._borrowValue(message, type);
    const sequence = (this.#sequences.get(name) ?? 0) + 1;
    this.#sequences.set(name, sequence);
    const publication = { publisher: this.#id, sequence };
    const frame = encoder.wrap(value, type, { ...extras, publication });
    return this.#keeps(type) ? this.#keep(name, frame, send) : send(frame);
  }

  async #keep(
    name: string,
    frame: Uint8Array,
    send: (frame: Uint8Array) => Promise<void>,
  ): Promise<void> {
    const before = this.#last.get(name);
    this.#last.set(name, frame);
    try {
      await send(frame);
    } catch (error) {
      // Who subscribes later is not to get what the others did not.
      if (this.#last.get(name) === frame) {
        if (before === undefined) this.#last.delete(name);
        else this.#last.set(name, before);
      }
      throw error;
    }
  }

  #subscribed(topic: Uint8Array): void {
    const before = this.#wanted.size;
    for (const name of this.#last.keys()) {
      if (Buffer.from(readerTopicOf(name)).subarray(0, topic.length).equals(topic))
        this.#wanted.add(name);
    }
    if (before > 0 || this.#wanted.size === 0) return;
    setTimeout(() => this.#repeat(), REPEAT_AFTER_MS);
  }

  #repeat(): void {
    for (const name of this.#wanted) {
      const frame = this.#last.get(name);
      if (frame === undefined || this.#publisher.closed) continue;
      this.#publisher.send(frame).catch((error) => {
        if (!this.#publisher.closed)
          log("messaging", "warn", { err: error, type: name }, "could not publish a last value");
      });
    }
    this.#wanted.clear();
  }
}
