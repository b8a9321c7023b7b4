import type { Socket } from "zeromq";
import { type WaitOptions, withCallerStack } from "../../base/wait.js";
import { ReaderLock } from "../queue/reader-lock.js";
import { type ReadableSocket, ReceiveQueue } from "../queue/receive-queue.js";
import { Connector } from "./connector.js";
import type { Endpoints, UsualMode } from "./endpoint.js";
import type { ConnectorOptions } from "./options.js";

/**
 * A connector that receives: one message at a time with {@link recv}, or all of them with
 * `for await`.
 */
export abstract class Receiver<S extends Socket & ReadableSocket, T>
  extends Connector<S>
  implements AsyncIterable<T>
{
  readonly #in: ReceiveQueue;
  readonly #reader = new ReaderLock();

  protected constructor(
    socket: S,
    endpoints: Endpoints,
    usual: UsualMode,
    options: ConnectorOptions,
  ) {
    super(socket, endpoints, usual, options);
    this.#in = new ReceiveQueue(socket, {
      endpoint: () => this.describe(),
      mayReceive: () => this.mayReceive(),
    });
  }

  /**
   * The next message. Any number of calls may wait; they are served in their order.
   *
   * @throws DividereError `TIMEOUT` or `CLOSED`, or the signal's reason. A message that comes after
   *   that goes to the next call; none is lost.
   */
  async recv(options?: WaitOptions): Promise<T> {
    try {
      return this.received(await this.#in.receive(options));
    } catch (error) {
      throw withCallerStack(error);
    }
  }

  /**
   * Whether a message is there or arrives within `timeoutMs`, and is left for {@link recv}. Without
   * `timeoutMs` it waits as long as it takes.
   */
  wait(timeoutMs?: number): Promise<boolean> {
    return this.#in.wait(timeoutMs);
  }

  /** The messages as they come, until the connector is closed. Leaving the loop keeps it open. */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    return this.#reader.iterate(
      () => this.describe(),
      () => this.closed,
      () => this.recv(),
    );
  }

  /** Makes of a message's frames what {@link recv} gives. */
  protected abstract received(frames: Buffer[]): T;

  /** Whether the socket's protocol allows to receive now. */
  protected mayReceive(): boolean {
    return true;
  }

  /** To be called when {@link mayReceive} has become true. */
  protected resumeReceiving(): void {
    this.#in.poll();
  }

  protected override release(): void {
    this.#in.close();
  }
}
