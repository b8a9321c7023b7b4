import type { Socket } from "zeromq";
import type { DividereError } from "../../base/errors.js";
import type { WaitOptions } from "../../base/wait.js";
import { MessageIterator } from "../queue/message-iterator.js";
import type { Splitter } from "../queue/parts/held-messages.js";
import type { ReadableSocket } from "../queue/parts/readable-socket.js";
import { type MessageSource, Reader, type Transform } from "../queue/reader.js";
import { ReaderLock } from "../queue/reader-lock.js";
import { ReceiveQueue } from "../queue/receive-queue.js";
import { Connector, type ReceivedCounts } from "./connector.js";
import type { Endpoints, UsualMode } from "./endpoint.js";
import type { ConnectorOptions } from "./options.js";

/** Takes the messages of a receiver as they arrive, without a promise for each; see `Consumer`. */
export interface MessageConsumer<T> {
  /** Returns whether the next message is wanted. Called before each receive. */
  wants(): boolean;
  /** Takes a message. */
  take(message: T): void;
  /** Called when the socket has failed. Must not throw. */
  fail(error: DividereError): void;
}

/**
 * A connector that receives: one message at a time with {@link recv}, or all messages with
 * `for await`.
 */
export abstract class Receiver<S extends Socket & ReadableSocket, T>
  extends Connector<S>
  implements AsyncIterable<T>
{
  readonly #in: ReceiveQueue;
  readonly #messages: Reader<T>;
  readonly #lock = new ReaderLock();
  #consumer: MessageConsumer<T> | undefined;

  protected constructor(
    socket: S,
    endpoints: Endpoints,
    usual: UsualMode,
    options: ConnectorOptions,
  ) {
    super(socket, endpoints, usual, options);
    this.#in = new ReceiveQueue(socket, {
      endpoint: () => this.describe(),
      hint: () => this._hint,
      mayReceive: () => this.mayReceive(),
    });
    this.#messages = this.#reader((message) => message);
  }

  /**
   * Receives the next message. Any number of calls may wait; they are served in their order.
   *
   * @throws DividereError `TIMEOUT` or `CLOSED`, or the signal's reason. A message that arrives
   *   after that goes to the next call; no message is lost.
   */
  recv(options?: WaitOptions): Promise<T> {
    return this.#messages.receive(options);
  }

  /**
   * Returns whether a message is available or arrives within `timeoutMs`; leaves the message for
   * {@link recv}. Without `timeoutMs` the wait has no limit.
   */
  wait(timeoutMs?: number): Promise<boolean> {
    return this.#in.wait(timeoutMs);
  }

  /**
   * Iterates over the messages as they arrive, until the connector is closed. Leaving the loop
   * keeps the connector open.
   */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    const link = this;
    return new MessageIterator<T>(
      {
        lock: this.#lock,
        describe: () => this.describe(),
        get closed() {
          return link.closed;
        },
      },
      (transform, onFailure) => this._source(transform, onFailure),
    );
  }

  /** @internal Receives as {@link recv} does, and transforms each message. */
  _source<R>(transform: Transform<T, R>, onFailure?: (error: unknown) => R): MessageSource<R> {
    return this.#reader(transform, onFailure);
  }

  /**
   * @internal Gives `consumer` the messages that no `recv` waits for, when it wants one. Must be
   *   called again when the consumer wants messages again.
   */
  _consume(consumer: MessageConsumer<T>): void {
    if (this.#consumer !== consumer) {
      this.#consumer = consumer;
      this.#in.consume({
        wants: () => consumer.wants(),
        take: (frames) => consumer.take(this.received(frames)),
        fail: (error) => consumer.fail(error),
      });
    }
    this.#in.poll();
  }

  /** @internal Splits what arrives from now on into messages. */
  _splitWith(splitter: Splitter): void {
    this.#in.splitWith(splitter);
  }

  /** @internal The message that {@link _takeHeld} would return; it stays here. */
  get _held(): T | undefined {
    const frames = this.#in.next;
    return frames === undefined ? undefined : this.received(frames);
  }

  /** @internal Takes a message that has arrived with another and that no call waits for. */
  _takeHeld(): T | undefined {
    const frames = this.#in.take();
    return frames === undefined ? undefined : this.received(frames);
  }

  #reader<R>(transform: Transform<T, R>, onFailure?: (error: unknown) => R): Reader<R> {
    return new Reader<R>(
      this.#in,
      () => this.checkReceive(),
      (frames) => transform(this.received(frames)),
      onFailure,
    );
  }

  protected override receivedCounts(): ReceivedCounts {
    return this.#in.counts;
  }

  /** Throws if a receive is out of order. */
  protected checkReceive(): void {}

  /** Converts a message's frames into the result of {@link recv}. */
  protected abstract received(frames: Buffer[]): T;

  /** Returns whether the socket's protocol allows a receive now. */
  protected mayReceive(): boolean {
    return true;
  }

  /** Must be called when {@link mayReceive} has become true. */
  protected resumeReceiving(): void {
    this.#in.poll();
  }

  protected override release(): void {
    this.#in.close();
  }
}
