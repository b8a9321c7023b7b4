import { exitCodeOf } from "./exit-codes.js";

/** A failure of the command itself, with the next step for its user. */
export class CommandFailure extends Error {
  override readonly name: string = "CommandFailure";
  /** A code for programs, in upper case. */
  readonly code: string;
  readonly exitCode: number;
  /** The next step: a sentence, or several. */
  readonly hint: string | undefined;

  constructor(
    code: string,
    exitCode: number,
    message: string,
    options: ErrorOptions & { readonly hint?: string | undefined } = {},
  ) {
    super(message, options);
    this.code = code;
    this.exitCode = exitCode;
    this.hint = options.hint;
  }
}

/** The answer of a service that a call failed. */
export class CallRefused extends CommandFailure {
  override readonly name: string = "CallRefused";
  /** The status, such as `NOT_FOUND`. */
  readonly status: string;
  /** The typed details, as JSON. */
  readonly details: readonly unknown[];

  constructor(status: string, message: string, details: readonly unknown[], cause: unknown) {
    super("REQUEST_FAILED", exitCodeOf(status), message, { cause });
    this.status = status;
    this.details = details;
  }
}

/** The end of a command by a signal, before the command was done. */
export class Interrupted extends Error {
  override readonly name: string = "Interrupted";
  /** 128 and the number of the signal, as shells count. */
  readonly exitCode: number;

  constructor(signal: "SIGINT" | "SIGTERM") {
    super(`Interrupted by ${signal}`);
    this.exitCode = signal === "SIGINT" ? 130 : 143;
  }
}
