import { DividereError } from "../../base/errors.js";

/** One half of an exchange over a REQ or REP socket. */
export type Turn = "send" | "recv";

/**
 * Enforces the strict order of a REQ or REP socket (RFC 28/REQREP), so that the error of a call out
 * of order names the expected call instead of `EFSM`.
 */
export class Turns {
  readonly #describe: () => string;
  #next: Turn;
  /** Whether a send has not reached the socket yet; no receive may begin before that. */
  #sending = false;

  constructor(first: Turn, describe: () => string) {
    this.#next = first;
    this.#describe = describe;
  }

  /** @throws DividereError `OUT_OF_ORDER` when it is the turn of the other call. */
  check(turn: Turn): void {
    if (turn === this.#next) return;
    throw new DividereError(
      "OUT_OF_ORDER",
      `${this.#describe()}: ${turn}() was called where ${this.#next}() was expected; this socket sends and receives in turn`,
    );
  }

  /** Checks the turn and passes it to the other call. */
  take(turn: Turn): void {
    this.check(turn);
    this.#next = turn === "send" ? "recv" : "send";
  }

  /** Returns the turn to the sender if the send fails. */
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

  /** Returns whether it is the turn of `turn`, in the socket's state too. */
  isSettled(turn: Turn): boolean {
    return this.#next === turn && !this.#sending;
  }
}
