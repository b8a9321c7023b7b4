/** Limits within which messages wait to leave together. */
export interface BatchOptions {
  /**
   * The most bytes of a batch. A message of more than a quarter of that leaves alone. 65,536 by
   * default.
   */
  maxBytes?: number;
  /**
   * The time that a message waits for others, in milliseconds. 0 by default: until the code that is
   * running has ended, and no message waits if no other is on its way. With a time each `send` is
   * fulfilled that much later, unless a batch is full or the publisher is drained or closed before.
   */
  delayMs?: number;
}
