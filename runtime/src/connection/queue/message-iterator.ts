import { type MessageSource, SKIPPED, type Transform } from "./reader.js";
import type { ReaderLock } from "./reader-lock.js";

/** Makes a source that transforms the messages of a link. */
export type OpenSource<T> = <R>(
  transform: Transform<T, R>,
  onFailure: (error: unknown) => R,
) => MessageSource<R>;

/** The link that an iterator reads from. */
export interface IteratedLink {
  readonly closed: boolean;
  /** The lock that keeps other iterators out. */
  readonly lock: ReaderLock;
  describe(): string;
}

const DONE: IteratorReturnResult<void> = { done: true, value: undefined };

/**
 * Iterates over the messages of a link until the link is closed. Leaving the loop by any exit
 * admits the next reader; the link stays open. Written by hand, because an async generator makes
 * three promises for each message.
 */
export class MessageIterator<T> implements AsyncGenerator<T, void, void> {
  readonly #link: IteratedLink;
  readonly #source: MessageSource<IteratorResult<T, void>>;
  #state: "new" | "reading" | "done" = "new";

  constructor(link: IteratedLink, open: OpenSource<T>) {
    this.#link = link;
    this.#source = open<IteratorResult<T, void>>(
      (value) => ({ done: false, value }),
      (error) => {
        this.#finish();
        if (this.#link.closed) return DONE;
        throw error;
      },
    );
  }

  /**
   * Receives the next message.
   *
   * @throws DividereError `READER_BUSY` when another iterator reads from the link.
   */
  next(): Promise<IteratorResult<T, void>> {
    if (this.#state === "new") {
      try {
        this.#link.lock.take(this.#link.describe);
      } catch (error) {
        this.#state = "done";
        return Promise.reject(error);
      }
      this.#state = "reading";
    }
    if (this.#link.closed) this.#finish();
    if (this.#state === "done") return Promise.resolve(DONE);
    return this.#source.receive();
  }

  /** Ends the iteration; a pending {@link next} still gets its message. */
  async return(): Promise<IteratorResult<T, void>> {
    this.#finish();
    return DONE;
  }

  /** Ends the iteration with an error. */
  async throw(error: unknown): Promise<IteratorResult<T, void>> {
    this.#finish();
    throw error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#finish();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #finish(): void {
    if (this.#state === "reading") this.#link.lock.release();
    this.#state = "done";
  }
}

/**
 * Makes a source from a link's own receiving method, for a link that does more than read its
 * socket.
 */
export function sourceOver<T, R>(
  receive: (options: Parameters<MessageSource<T>["receive"]>[0]) => Promise<T>,
  transform: Transform<T, R>,
  onFailure: ((error: unknown) => R) | undefined,
): MessageSource<R> {
  return {
    async receive(options) {
      try {
        for (;;) {
          const result = transform(await receive(options));
          if (result !== SKIPPED) return await result;
        }
      } catch (error) {
        if (onFailure !== undefined) return onFailure(error);
        throw error;
      }
    },
  };
}
