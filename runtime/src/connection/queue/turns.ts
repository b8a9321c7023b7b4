import { DividereError } from "../../base/errors.js";

/** One half of an exchange over a REQ or REP socket. */
export type Turn = "send" | "recv";

/**
 * Keeps the strict order of a REQ or REP socket (RFC 28/REQREP), so that a call out of order says
 * what was expected instead of `EFSM`.
 */
export class Turns {
  readonly #describe: () => string;
  #next: Turn;
  /**
   * The send that is still on its way into the socket; nothing may be received before it is there.
   */
  #sending = false;

  constructor(first: Turn, describe: () => string) {
    this.#next = first;
    this.#describe = describe;
  }

  /** @throws DividereError `OUT_OF_ORDER` when it is the other's turn. */
  check(turn: Turn): void {
    if (turn === this.#next) return;
    throw new DividereError(
      "OUT_OF_ORDER",
      `${this.#describe()}: ${turn}() was called where ${this.#next}() was expected; this socket sends and receives in turn`,
    );
  }

  /** Checks the turn and passes it on. */
  take(turn: Turn): void {
    this.check(turn);
    this.#next = turn === "send" ? "recv" : "send";
  }

  /** Gives the turn to send back when the send failed. */
  keep(send: Promise<void>): Promise<void> {
    this.#sending = true;
    return send.then(this.#sent, this.#unsent);
  }

  readonly #sent = (): void => {
    this.#sending = false;
  };

  readonly #unsent = (error: unknown): never => {
    this.#sending = false;
    this.#next = "send";
    throw error;
  };

  /** Whether it is the turn of `turn` and the socket knows it too. */
  isSettled(turn: Turn): boolean {
    return this.#next === turn && !this.#sending;
  }
}
