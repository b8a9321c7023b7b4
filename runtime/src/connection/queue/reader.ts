import { countdown, type WaitOptions, withCallerStack } from "../../base/wait.js";
import type { ReceiveQueue } from "./receive-queue.js";

/** What a {@link Transform} returns for a message that the caller is not to get. */
export const SKIPPED: unique symbol = Symbol("skipped");

/** Makes of a message what the caller gets. May throw. */
export type Transform<T, R> = (message: T) => R | Promise<R> | typeof SKIPPED;

/** Gives one message after the other. */
export interface MessageSource<R> {
  /** The next message, within the time. */
  receive(options?: WaitOptions): Promise<R>;
}

/**
 * Reads from a queue and transforms each message. A message that is there costs the promise of
 * zeromq.js and the one that the caller gets.
 */
export class Reader<R> implements MessageSource<R> {
  readonly #queue: ReceiveQueue;
  readonly #check: () => void;
  readonly #transform: Transform<Buffer[], R>;
  readonly #onFailure: ((error: unknown) => R) | undefined;
  /** The options of the direct receive under way; a queue has one at a time. */
  #options: WaitOptions | undefined;

  /**
   * @param check - Throws where a receive is not allowed at all.
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
    const direct = this.#queue.direct(options);
    if (direct === undefined) return this.#wait(options);
    this.#options = options;
    return direct.then(this.#arrived, this.#failed);
  }

  readonly #arrived = (frames: Buffer[]): R | Promise<R> => {
    const options = this.#options;
    this.#queue.directArrived(frames);
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

  /** Not `async`: calls that overlap are to settle in their order, however they get their messages. */
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
        // The time-out counts from the first of these waits, however many messages are skipped.
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
