import type { Credit } from "../envelope/format.js";
import { costOf } from "./send-window.js";

/**
 * The messages of a stream that have arrived and wait for the reader, in order. The inbox grants
 * the sender new credit once the reader has used up half of the window.
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
   * @param window - The first credit of the sender.
   * @param grant - Sends further credit.
   */
  constructor(window: Credit, grant: (credit: Credit) => void) {
    this.#window = window;
    this.#grant = grant;
    this.#left = { ...window };
  }

  /** The number of waiting messages. */
  get length(): number {
    return this.#values.length;
  }

  /**
   * Adds a message; returns `false` if the sender had no credit for it. A message after the end is
   * dropped.
   */
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
   * Returns the next message; `undefined` at the end. Only one call may be in progress at a time.
   *
   * @throws the error passed to {@link end}, after the messages before it.
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

  /** Ends the stream; with an error, the stream fails after the messages that have arrived. */
  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (error === undefined) waiting?.resolve(undefined);
    else waiting?.reject(error);
  }

  /** Ends the stream at once and drops the waiting messages. */
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
