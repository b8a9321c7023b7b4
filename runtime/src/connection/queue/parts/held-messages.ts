/** Several messages that arrived together, cut one after the other. */
export interface Split {
  /** The number of messages; at least 1. */
  readonly size: number;
  /** Cuts the next message. Called `size` times. */
  next(): Buffer[];
}

/** Splits what arrived into messages; returns `undefined` if it is one message. */
export type Splitter = (frames: Buffer[]) => Split | undefined;

/** The messages that have arrived and were not taken yet, in the order of their arrival. */
export class HeldMessages {
  #split: Splitter = () => undefined;
  /** The next message, and the rest of the messages that arrived with it. */
  #next: Buffer[] | undefined;
  #rest: Split | undefined;
  #left = 0;

  /** Splits messages that arrive from now on. */
  splitWith(splitter: Splitter): void {
    this.#split = splitter;
  }

  /** The next message, which stays here. */
  get first(): Buffer[] | undefined {
    return this.#next;
  }

  /** Holds what arrived after the last message was taken, and returns the number of its messages. */
  hold(frames: Buffer[]): number {
    const split = this.#split(frames);
    if (split === undefined) {
      this.#next = frames;
      return 1;
    }
    this.#rest = split;
    this.#left = split.size - 1;
    this.#next = split.next();
    return split.size;
  }

  /** Removes the next message. */
  take(): Buffer[] | undefined {
    const frames = this.#next;
    if (this.#left > 0) {
      this.#left--;
      this.#next = this.#rest?.next();
      return frames;
    }
    this.#next = undefined;
    this.#rest = undefined;
    return frames;
  }

  /** Drops all. */
  clear(): void {
    this.#next = undefined;
    this.#rest = undefined;
    this.#left = 0;
  }
}
