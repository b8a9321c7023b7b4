import { ConnectionError, systemCode } from "../../base/errors.js";

/** Converts the error with which zeromq.js rejects a send. */
export function sendError(endpoint: string, cause: unknown): ConnectionError {
  switch (systemCode(cause)) {
    case "EHOSTUNREACH":
      return new ConnectionError(
        "PEER_UNREACHABLE",
        endpoint,
        `No peer at ${endpoint} has that route; it may have left`,
        { cause },
      );
    case "EAGAIN":
      return new ConnectionError(
        "PEER_BUSY",
        endpoint,
        `The peer at ${endpoint} does not read what it is sent; its queue is full`,
        { cause },
      );
    default:
      return new ConnectionError(
        "SEND_FAILED",
        endpoint,
        `Could not send to ${endpoint}: ${String(cause)}`,
        { cause },
      );
  }
}

/** The error of a message that finds the queue full. */
export function queueFull(endpoint: string, queued: number, bytes: number): ConnectionError {
  return new ConnectionError(
    "QUEUE_FULL",
    endpoint,
    `${queued} messages of ${bytes} bytes already wait to be sent to ${endpoint}; await each send(), or raise sendQueueLimit or sendQueueBytes, or choose whenFull`,
  );
}
