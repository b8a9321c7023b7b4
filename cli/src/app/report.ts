import { CommanderError } from "commander";
import { DividereError, RequestError } from "dividere/messaging";
import type { Output } from "../output/output.js";
import { printableLines } from "../output/printable.js";
import { ExitCode, exitCodeOf } from "./exit-codes.js";
import { CallRefused, CommandFailure, Interrupted } from "./failure.js";

/** A failure as it is printed. */
interface Report {
  readonly code: string;
  readonly status?: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly details?: readonly unknown[];
  readonly exitCode: number;
}

const EXIT_CODES: Readonly<Record<string, number>> = {
  ENDPOINT_INVALID: ExitCode.usage,
  OPTION_INVALID: ExitCode.usage,
  HEADERS_INVALID: ExitCode.usage,
  UNENCODABLE_MESSAGE: ExitCode.usage,
  NOT_FOUND: ExitCode.notFound,
  TIMEOUT: ExitCode.unreachable,
  CONNECT_FAILED: ExitCode.unreachable,
  REQUEST_FAILED: ExitCode.refused,
  SECURITY_INVALID: ExitCode.security,
  SECURITY_UNAVAILABLE: ExitCode.security,
  SECURITY_MISMATCH: ExitCode.security,
  KEY_INVALID: ExitCode.security,
  KEY_FILE_OPEN: ExitCode.security,
  KEY_FILE_FAILED: ExitCode.security,
  KEY_REFUSED: ExitCode.security,
  SERVER_KEY_WRONG: ExitCode.security,
};

/** Prints why a command failed, and the next step; returns the exit code. */
export function report(out: Output, error: unknown, usage: string): number {
  if (error instanceof Interrupted) return error.exitCode;
  // A command that only has commands has printed its help.
  if (error instanceof CommanderError && error.code === "commander.help") return ExitCode.usage;
  const failure = explain(error, usage);
  if (out.json) {
    out.errorLine(JSON.stringify({ error: failure }));
    return failure.exitCode;
  }
  const name = failure.status === undefined ? "" : `${failure.status}: `;
  out.errorLine(`${out.paintError("red", "error:")} ${name}${printableLines(failure.message)}`);
  for (const detail of failure.details ?? []) out.errorLine(`detail: ${JSON.stringify(detail)}`);
  if (failure.hint !== undefined && failure.hint !== "") {
    out.errorLine(out.paintError("dim", printableLines(failure.hint)));
  }
  return failure.exitCode;
}

function explain(error: unknown, usage: string): Report {
  if (error instanceof CallRefused) {
    const { code, status, message, details, exitCode } = error;
    return { code, status, message, ...(details.length > 0 && { details }), exitCode };
  }
  if (error instanceof CommandFailure) {
    const { code, message, hint, exitCode } = error;
    return { code, message, hint, exitCode };
  }
  if (error instanceof CommanderError) return explainUsage(error, usage);
  if (error instanceof RequestError) {
    const { code, status, message } = error;
    return { code, status, message, exitCode: exitCodeOf(status) };
  }
  if (error instanceof DividereError) {
    const { code, message, docs } = error;
    const exitCode = EXIT_CODES[code] ?? ExitCode.failed;
    return { code, message, hint: `More about ${code}: ${docs}`, exitCode };
  }
  return unexpected(error);
}

function explainUsage(error: CommanderError, usage: string): Report {
  const [first = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  const suggestion = rest.join(" ").replace(/^\((.*)\)$/, "$1");
  const help = `${usage} --help shows the usage and examples.`;
  return {
    code: "USAGE",
    message: sentence(first),
    hint: suggestion === "" ? help : `${suggestion} ${help}`,
    exitCode: ExitCode.usage,
  };
}

/** A failure of the system, such as a file that is not there, or a fault of this program. */
function unexpected(error: unknown): Report {
  const { code = "FAILED", message = String(error) } = (error ?? {}) as {
    code?: string;
    message?: string;
  };
  const isSystem = /^E[A-Z]+$/.test(code) && code !== "E";
  return {
    code,
    message,
    exitCode: isSystem ? ExitCode.usage : ExitCode.failed,
    ...(!isSystem &&
      error instanceof Error && { hint: error.stack?.split("\n").slice(1, 4).join("\n") }),
  };
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
