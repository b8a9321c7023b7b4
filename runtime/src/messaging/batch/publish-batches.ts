import { canGiveUp, type WaitOptions } from "../../base/wait.js";
import type { Publisher } from "../../connection/publisher.js";
import type { Ahead } from "../../connection/queue/parts/ahead.js";
import type { EnvelopeEncoder } from "../envelope/encoder.js";
import { type EnvelopeExtras, prefixOf } from "../envelope/format.js";
import type { MessageType } from "../envelope/message-type.js";
import { BatchBuffer } from "./batch-buffer.js";
import type { BatchOptions } from "./options.js";
import { BatchReaders } from "./readers.js";

/** By default the most bytes of a batch. */
const MAX_BYTES = 1 << 16;

/** The most bytes that tags and lengths add to a message in its envelope in a batch. */
const MOST_LENGTHS = 16;

/** The messages that wait to leave together: one or more of the same type. */
interface Open {
  readonly type: MessageType<object>;
  readonly promise: Promise<void>;
  readonly settle: (outcome: Promise<void>) => void;
}

/**
 * Lets the messages of a publisher that are sent in one turn of the event loop leave together. The
 * first leaves at once; those that come while it is on its way wait until the running code has
 * ended, the promises that it has fulfilled included. A batch holds consecutive messages of one type, so that the order of all messages stays.
 *
 * A type's messages leave together only while all of its subscribers read batches. libzmq applies a
 * subscription before this process hears of it; therefore {@link Publisher._unread} is asked before
 * a batch leaves, and in doubt its messages leave one by one, which suits every subscriber. A
 * subscription may still take effect in the very send of a batch. Its subscriber has got no message
 * before, and reads the last of the batch as its first one.
 */
export class PublishBatches implements Ahead {
  readonly #encoder: EnvelopeEncoder<MessageType<object>>;
  readonly #publisher: Publisher;
  readonly #maxBytes: number;
  readonly #delayMs: number;
  readonly #readers = new BatchReaders();
  #open: Open | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #buffer = new BatchBuffer();

  constructor(
    encoder: EnvelopeEncoder<MessageType<object>>,
    publisher: Publisher,
    { maxBytes = MAX_BYTES, delayMs = 0 }: BatchOptions = {},
  ) {
    this.#encoder = encoder;
    this.#publisher = publisher;
    this.#maxBytes = maxBytes;
    this.#delayMs = delayMs;
    publisher._followSubscriptions((topic, change) => this.#readers.note(topic, change));
    publisher._queue.putAhead(this);
  }

  get count(): number {
    return this.#buffer.count;
  }

  get bytes(): number {
    return this.#buffer.size;
  }

  /** Publishes an encoded message, alone or with others. */
  send(
    value: Uint8Array,
    type: MessageType<object>,
    extras: EnvelopeExtras | undefined,
    options: WaitOptions | undefined,
  ): Promise<void> {
    const { head, typeUrl } = prefixOf(type);
    const bytes = head.length + typeUrl.length + value.length + MOST_LENGTHS;
    const open = this.#batchFor(bytes, type, options);
    if (open === undefined)
      return this.#publisher.send(this.#encoder.wrap(value, type, extras), options);
    this.#encoder.wrapInto(this.#buffer, value, type, extras);
    return open.promise;
  }

  /** The same as {@link send}, for a message that is in its envelope already. */
  sendFrame(
    frame: Uint8Array,
    type: MessageType<object>,
    options: WaitOptions | undefined,
  ): Promise<void> {
    const open = this.#batchFor(frame.length, type, options);
    if (open === undefined) return this.#publisher.send(frame, options);
    this.#buffer.add(frame);
    return open.promise;
  }

  flush(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    clearTimeout(this.#timer);
    open.settle(this.#sendAll(open));
  }

  /** Returns the batch in which a message is to wait; `undefined` if it does not wait. */
  #batchFor(
    bytes: number,
    type: MessageType<object>,
    options: WaitOptions | undefined,
  ): Open | undefined {
    const queue = this.#publisher._queue;
    if (this.#open === undefined && !queue.inHand && this.#delayMs === 0) return undefined;
    // A message that may be given up does not wait for others.
    if (canGiveUp(options) || 4 * bytes > this.#maxBytes) return undefined;
    if (!this.#readers.allRead(type.$type)) return undefined;
    const open = this.#open;
    if (open !== undefined) {
      const size = this.#buffer.size + bytes;
      const fits = size <= this.#maxBytes && queue.mayWait(this.#buffer.count + 1, size);
      if (open.type === type && fits) return open;
      this.flush();
    }
    return queue.mayWait(1, bytes) ? this.#begin(type) : undefined;
  }

  #begin(type: MessageType<object>): Open {
    let settle!: (outcome: Promise<void>) => void;
    const promise = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const open: Open = { type, promise, settle };
    this.#open = open;
    const flush = (): void => {
      if (this.#open === open) this.flush();
    };
    if (this.#delayMs > 0) this.#timer = setTimeout(flush, this.#delayMs);
    else process.nextTick(flush);
    return open;
  }

  #sendAll({ type }: Open): Promise<void> {
    const { count } = this.#buffer;
    const together = count > 1 && this.#readers.allRead(type.$type) && !this.#publisher._unread;
    const frames = together ? [this.#buffer.frame()] : this.#buffer.contents();
    this.#buffer.clear();
    if (together) return this.#publisher._queue.sendTogether(frames, count);
    return Promise.all(frames.map((frame) => this.#publisher.send(frame))).then(() => {});
  }
}
