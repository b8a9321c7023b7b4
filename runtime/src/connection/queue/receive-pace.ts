/** Receives without waiting in one turn of the event loop, after which other work gets its turn. */
const MOST_IN_A_TURN = 512;

/** A run of at least so many messages pays for the failed receive that ends it. */
const LONG_RUN = 16;

/** Messages that are waited for after a short run, until a receive is tried without waiting again. */
const PATIENCE = 64;

/**
 * Decides whether the next receive of a socket waits. One that does not wait is much quicker where a
 * message is there, for zeromq.js then makes no system call to ask for it; but where none is there
 * it fails, which costs more than it would have saved. So receives do not wait while messages come
 * in long runs.
 */
export class ReceivePace {
  #run = 0;
  #inTurn = 0;
  #untilTry = PATIENCE;

  /** Whether the next receive is to be tried without waiting. */
  get eager(): boolean {
    return this.#untilTry <= 0;
  }

  /** Whether the event loop has to get its turn before the next receive without waiting. */
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

  /** Notes that a receive without waiting has found nothing. */
  empty(): void {
    this.#untilTry = this.#run >= LONG_RUN ? 1 : PATIENCE;
    this.#run = 0;
    this.#inTurn = 0;
  }
}
