import type { Credit } from "../envelope/format.js";

interface Waiting {
  readonly bytes: number;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * The credit that the receiver of a stream has granted to this sender. A message costs one message
 * of credit and its size in bytes of credit, but at most half of the bytes of the first grant, so
 * that a message of any size can be sent. The credit never falls below zero.
 */
export class SendWindow {
  #messages = 0;
  #bytes = 0;
  /** The bytes of the first grant. */
  #window = 0;
  readonly #waiting: Waiting[] = [];
  #error: unknown;
  #closed = false;

  /** The remaining credit. */
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
   * Takes the credit for a message; waits, in the order of the calls, until there is enough.
   *
   * @returns `undefined` if there is enough credit at once.
   * @throws the error passed to {@link close}.
   */
  take(bytes: number): Promise<void> | undefined {
    if (this.#closed) return Promise.reject(this.#error);
    if (this.#waiting.length === 0 && this.#take(bytes)) return undefined;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject });
    });
  }

  /** Makes every waiting {@link take}, and every further one, fail. */
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
 * Returns the bytes of credit that a message costs, given the bytes of the first grant: at most
 * half of the grant. A receiver renews credit once half of it is used, so that much always becomes
 * available.
 */
export function costOf(bytes: number, window: number): number {
  return Math.min(bytes, Math.floor(window / 2));
}
