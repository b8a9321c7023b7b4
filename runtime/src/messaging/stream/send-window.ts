import type { Credit } from "../envelope/format.js";

interface Waiting {
  readonly bytes: number;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * The credit that the receiver of a stream has granted to this sender. A message takes one of the
 * messages and as many of the bytes as it has, half of the first grant at most, so that a message of
 * any size can be sent. The credit never falls below zero.
 */
export class SendWindow {
  #messages = 0;
  #bytes = 0;
  /** The bytes of the first grant. */
  #window = 0;
  readonly #waiting: Waiting[] = [];
  #error: unknown;
  #closed = false;

  /** The credit that is left. */
  get left(): Credit {
    return { messages: this.#messages, bytes: this.#bytes };
  }

  /** Adds to the credit. */
  grant({ messages, bytes }: Credit): void {
    if (this.#window === 0) this.#window = bytes;
    this.#messages += messages;
    this.#bytes += bytes;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (!this.#take(next.bytes)) return;
      this.#waiting.shift();
      next.resolve();
    }
  }

  /**
   * Takes the credit for a message; waits, in the order of the calls, while there is not enough.
   *
   * @returns `undefined` where there is enough.
   * @throws what {@link close} was given.
   */
  take(bytes: number): Promise<void> | undefined {
    if (this.#closed) return Promise.reject(this.#error);
    if (this.#waiting.length === 0 && this.#take(bytes)) return undefined;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject });
    });
  }

  /** Has all that waits, and each further {@link take}, fail. */
  close(error: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#error = error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }

  #take(bytes: number): boolean {
    const cost = costOf(bytes, this.#window);
    if (this.#messages < 1 || this.#bytes < cost) return false;
    this.#messages--;
    this.#bytes -= cost;
    return true;
  }
}

/**
 * The bytes of credit that a message takes, given those of the first grant. Half of the grant at
 * most: a receiver gives credit back once half of it is used, so there is always as much to come.
 */
export function costOf(bytes: number, window: number): number {
  return Math.min(bytes, Math.floor(window / 2));
}
