import type { Credit } from "../envelope/format.js";
import { costOf } from "./send-window.js";

/**
 * The messages of a stream that have arrived and wait to be read, in their order. It grants the
 * sender the credit that its reader has used up once that is half of the window.
 */
export class Inbox {
  readonly #window: Credit;
  readonly #grant: (credit: Credit) => void;
  readonly #values: Uint8Array[] = [];
  readonly #left: { messages: number; bytes: number };
  #used = { messages: 0, bytes: 0 };
  #waiting:
    | { resolve(value: Uint8Array | undefined): void; reject(error: unknown): void }
    | undefined;
  #ended = false;
  #error: unknown;

  /**
   * @param window - What the sender was granted at first.
   * @param grant - Sends further credit.
   */
  constructor(window: Credit, grant: (credit: Credit) => void) {
    this.#window = window;
    this.#grant = grant;
    this.#left = { ...window };
  }

  /** The number of messages that wait. */
  get length(): number {
    return this.#values.length;
  }

  /** Adds a message; `false` for one that the sender had no credit for. After the end it is dropped. */
  push(value: Uint8Array): boolean {
    if (this.#ended) return true;
    const cost = costOf(value.length, this.#window.bytes);
    if (this.#left.messages < 1 || this.#left.bytes < cost) return false;
    this.#left.messages--;
    this.#left.bytes -= cost;
    const waiting = this.#waiting;
    if (waiting === undefined) this.#values.push(value);
    else {
      this.#waiting = undefined;
      this.#use(value);
      waiting.resolve(value);
    }
    return true;
  }

  /**
   * Returns the next message, which is to be the only call under way; `undefined` at the end.
   *
   * @throws what {@link end} was given, after the messages before it.
   */
  next(): Promise<Uint8Array | undefined> {
    const value = this.#values.shift();
    if (value !== undefined) {
      this.#use(value);
      return Promise.resolve(value);
    }
    if (this.#ended)
      return this.#error === undefined ? Promise.resolve(undefined) : Promise.reject(this.#error);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /** No further message comes; with an error, the stream fails behind those that have come. */
  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (error === undefined) waiting?.resolve(undefined);
    else waiting?.reject(error);
  }

  /** Ends the stream at once and drops the messages that wait. */
  discard(error?: unknown): void {
    this.#values.length = 0;
    this.end(error);
  }

  #use(value: Uint8Array): void {
    this.#used.messages++;
    this.#used.bytes += costOf(value.length, this.#window.bytes);
    const { messages, bytes } = this.#used;
    if (2 * messages >= this.#window.messages || 2 * bytes >= this.#window.bytes) this.#giveBack();
  }

  #giveBack(): void {
    if (this.#ended || this.#used.messages === 0) return;
    const credit = this.#used;
    this.#used = { messages: 0, bytes: 0 };
    this.#left.messages += credit.messages;
    this.#left.bytes += credit.bytes;
    this.#grant(credit);
  }
}
