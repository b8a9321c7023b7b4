import { DividereError, RequestError } from "../base/errors.js";
import type { Call } from "../messaging/call/interceptor.js";
import { statusOf } from "../messaging/envelope/reply.js";

/** The end of a call or of the handling of an event, as spans and metrics show it. */
export interface Outcome {
  /** The status, such as `OK`; `undefined` for an error that has none. */
  readonly status: string | undefined;
  /** The class of the failure; `undefined` if this side has not failed. */
  readonly errorType: string | undefined;
  /** The message of the failure. */
  readonly message?: string | undefined;
  /** The error to record with its stack, if it is a fault of the program. */
  readonly fault?: Error | undefined;
}

export const SUCCESS: Outcome = { status: "OK", errorType: undefined };

/** The outcome of a stream that its reader has left, which is no failure. */
export const CANCELLED: Outcome = { status: "CANCELLED", errorType: undefined };

/** The statuses that are failures of the server; any other is an answer to a request. */
const SERVER_FAILURES = new Set([
  "UNKNOWN",
  "DEADLINE_EXCEEDED",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
]);

/** Returns the outcome at the client, or at a publisher: every error is a failure. */
export function clientOutcome(call: Call, error: unknown): Outcome {
  const status = clientStatus(call, error);
  return { status, errorType: status ?? nameOf(error), message: messageOf(error) };
}

/** Returns the outcome of a handler. */
export function serverOutcome(call: Call, error: unknown): Outcome {
  // A handler that gives up may throw any error; the reason says why it did.
  const named = error instanceof RequestError || error instanceof DividereError;
  const cause = !named && call.signal?.aborted === true ? call.signal.reason : error;
  const status = reasonOf(cause);
  const failed = cause instanceof RequestError ? SERVER_FAILURES.has(status) : true;
  if (!failed) return { status, errorType: undefined };
  const fault = cause instanceof Error && !(cause instanceof RequestError) ? cause : undefined;
  return {
    status,
    errorType: fault && !named ? nameOf(cause) : status,
    message: messageOf(cause),
    fault,
  };
}

/** Returns the status with which a server ends a call for a reason. */
export function reasonOf(reason: unknown): string {
  const { code } = statusOf(reason);
  // A passed deadline is DEADLINE_EXCEEDED at the server, whose code for it is that of every wait.
  return code === "TIMEOUT" ? "DEADLINE_EXCEEDED" : code;
}

function clientStatus({ signal }: Call, error: unknown): string | undefined {
  if (error instanceof RequestError) return error.status;
  if (error instanceof DividereError) return error.code;
  return signal?.aborted === true && error === signal.reason ? "CANCELLED" : undefined;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
