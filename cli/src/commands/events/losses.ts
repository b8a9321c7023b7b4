import type { Envelope } from "dividere/messaging";

/** Counts the messages that publishers numbered and that did not arrive. */
export class Losses {
  readonly #last = new Map<string, number>();

  /**
   * Notes a message.
   *
   * @returns The number of messages that were lost before it; -1 for a message that came before, as
   *   the last value that a publisher repeats for new subscribers.
   */
  note(type: string, publication: Envelope["publication"]): number {
    if (publication === undefined) return 0;
    const { publisher, sequence } = publication;
    const key = `${publisher} ${type}`;
    const last = this.#last.get(key);
    if (last !== undefined && sequence <= last) return -1;
    this.#last.set(key, sequence);
    return last === undefined ? 0 : sequence - last - 1;
  }
}
