import { DividereError, RequestError } from "../../base/errors.js";
import type { RelaySocket } from "../relay/relay-socket.js";

/** The refusal of a request that comes while a broker stops. */
export function stoppingError(): RequestError {
  return new RequestError("STOPPING", "The broker is shutting down");
}

/** The error of a call on a broker that is closed. */
export function closedError(backend: RelaySocket): DividereError {
  return new DividereError("CLOSED", `The broker at ${backend.endpoints.join(", ")} is closed`);
}

/** The refusal of a request that finds the queue full. */
export function fullError(backend: RelaySocket, limit: number): DividereError {
  return new DividereError(
    "QUEUE_FULL",
    `${limit} requests already wait for a worker at ${backend.endpoints.join(", ")}`,
  );
}
