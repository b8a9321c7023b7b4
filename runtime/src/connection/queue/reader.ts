import { countdown, type WaitOptions, withCallerStack } from "../../base/wait.js";
import type { ReceiveQueue } from "./receive-queue.js";

/** The result of a {@link Transform} for a message that the caller must not get. */
export const SKIPPED: unique symbol = Symbol("skipped");

/** Converts a message into the caller's result. May throw. */
export type Transform<T, R> = (message: T) => R | Promise<R> | typeof SKIPPED;

/** Returns one message after the other. */
export interface MessageSource<R> {
  /** Receives the next message, within the time-out. */
  receive(options?: WaitOptions): Promise<R>;
}

/**
 * Reads from a queue and transforms each message. An available message costs two promises: that of
 * zeromq.js and that of the caller.
 */
export class Reader<R> implements MessageSource<R> {
  readonly #queue: ReceiveQueue;
  readonly #check: () => void;
  readonly #transform: Transform<Buffer[], R>;
  readonly #onFailure: ((error: unknown) => R) | undefined;
  /** The options of the direct receive in progress; a queue has one at a time. */
  #options: WaitOptions | undefined;

  /**
   * @param check - Throws if no receive is allowed.
   * @param onFailure - Turns an error into a result, or throws; by default the receive rejects.
   */
  constructor(
    queue: ReceiveQueue,
    check: () => void,
    transform: Transform<Buffer[], R>,
    onFailure?: (error: unknown) => R,
  ) {
    this.#queue = queue;
    this.#check = check;
    this.#transform = transform;
    this.#onFailure = onFailure;
  }

  receive(options?: WaitOptions): Promise<R> {
    try {
      this.#check();
    } catch (error) {
      return this.#fail(error);
    }
    if (options?.signal?.aborted !== true) {
      const held = this.#queue.take();
      if (held !== undefined) return this.#open(held, options);
    }
    const direct = this.#queue.direct(options);
    if (direct === undefined) return this.#wait(options);
    this.#options = options;
    return direct.then(this.#arrived, this.#failed);
  }

  /** Transforms a message that was here; the next message if the caller must not get it. */
  #open(frames: Buffer[], options: WaitOptions | undefined): Promise<R> {
    try {
      const result = this.#transform(frames);
      if (result === SKIPPED) return this.receive(options);
      return Promise.resolve(this.#settled(result));
    } catch (error) {
      return this.#fail(error);
    }
  }

  readonly #arrived = (arrived: Buffer[]): R | Promise<R> => {
    const options = this.#options;
    const frames = this.#queue.directArrived(arrived);
    let result: R | Promise<R> | typeof SKIPPED;
    try {
      result = this.#transform(frames);
    } catch (error) {
      return this.#fail(error);
    } finally {
      this.#queue.poll();
    }
    if (result === SKIPPED) return this.receive(options);
    return this.#settled(result);
  };

  readonly #failed = (error: unknown): Promise<R> => {
    const options = this.#options;
    const failure = this.#queue.directFailed(error);
    return failure === undefined ? this.receive(options) : this.#fail(failure);
  };

  /**
   * Not `async`: overlapping calls must settle in their order, whichever way they get their
   * messages.
   */
  #wait(
    options: WaitOptions | undefined,
    remainingMs: () => number | undefined = countdown(options?.timeoutMs),
  ): Promise<R> {
    return this.#queue.receive(options).then(
      (frames) => {
        let result: R | Promise<R> | typeof SKIPPED;
        try {
          result = this.#transform(frames);
        } catch (error) {
          return this.#fail(error);
        }
        if (result !== SKIPPED) return this.#settled(result);
        // The time-out counts from the first of these waits, whatever the number of skipped
        // messages.
        return this.#wait({ timeoutMs: remainingMs(), signal: options?.signal }, remainingMs);
      },
      (error) => this.#fail(withCallerStack(error)),
    );
  }

  #settled(result: R | Promise<R>): R | Promise<R> {
    return result instanceof Promise ? result.catch((error) => this.#fail(error)) : result;
  }

  async #fail(error: unknown): Promise<R> {
    if (this.#onFailure !== undefined) return this.#onFailure(error);
    throw error;
  }
}
