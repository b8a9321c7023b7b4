/**
 * The number of receives without waiting in one turn of the event loop, after which other work gets
 * its turn.
 */
const MOST_IN_A_TURN = 512;

/** The number of messages in a run from which the run outweighs the failed receive that ends it. */
const LONG_RUN = 16;

/**
 * The number of receives with waiting after a short run, before a receive without waiting is tried
 * again.
 */
const PATIENCE = 64;

/**
 * Decides whether the next receive of a socket waits. A receive without waiting is much faster if a
 * message is available, because zeromq.js then makes no system call to ask for it; but without a
 * message it fails, which costs more than it would have saved. Therefore receives do not wait while
 * messages come in long runs.
 */
export class ReceivePace {
  #run = 0;
  #inTurn = 0;
  #untilTry = PATIENCE;

  /** Whether to try the next receive without waiting. */
  get eager(): boolean {
    return this.#untilTry <= 0;
  }

  /** Whether the event loop must get its turn before the next receive without waiting. */
  get overdue(): boolean {
    if (this.#inTurn < MOST_IN_A_TURN) return false;
    this.#inTurn = 0;
    return true;
  }

  /** Notes a message. */
  arrived(): void {
    this.#run++;
    this.#inTurn++;
    this.#untilTry--;
  }

  /** Notes a message that came together with another. */
  taken(): void {
    this.#inTurn++;
  }

  /** Notes that a receive without waiting has found no message. */
  empty(): void {
    this.#untilTry = this.#run >= LONG_RUN ? 1 : PATIENCE;
    this.#run = 0;
    this.#inTurn = 0;
  }
}
