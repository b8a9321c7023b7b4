import { ConnectionError, toError } from "../../../base/errors.js";

/** The error of a receive that failed in the socket. */
export function receiveFailed(endpoint: string, cause: unknown): ConnectionError {
  return new ConnectionError(
    "RECEIVE_FAILED",
    endpoint,
    `Could not receive from ${endpoint}: ${toError(cause).message}`,
    { cause },
  );
}
