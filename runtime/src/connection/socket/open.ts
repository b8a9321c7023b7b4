import type { Socket } from "zeromq";
import { ConnectionError, systemCode, toError } from "../../base/errors.js";
import type { Endpoint } from "./endpoint.js";

/** The number of attempts to bind: another socket may take the free port first. */
const BIND_ATTEMPTS = 10;

/**
 * The time in which libzmq, in its own thread, frees a closed socket's address after `close()` has
 * returned.
 */
const RELEASE_MS = 250;

/** The time when a bound socket of this process was last closed. */
let lastReleaseAt = Number.NEGATIVE_INFINITY;

/** Notes that a bound socket was closed, so that binding its address again waits for libzmq. */
export function noteRelease(): void {
  lastReleaseAt = performance.now();
}

/**
 * Binds or connects a socket.
 *
 * @returns The endpoint as libzmq resolved it.
 * @throws ConnectionError `ADDRESS_IN_USE`, `BIND_FAILED` or `CONNECT_FAILED`.
 */
export function open(socket: Socket, endpoint: Endpoint): string {
  if (endpoint.mode === "connect") {
    try {
      socket.connect(endpoint.address);
    } catch (error) {
      throw new ConnectionError(
        "CONNECT_FAILED",
        endpoint.text,
        `Could not connect to ${endpoint.text}: ${toError(error).message}`,
        { cause: error },
      );
    }
    return endpoint.address;
  }
  const anyPort = endpoint.address.endsWith(":*") || endpoint.address.endsWith(":0");
  for (let attempt = 1; ; attempt++) {
    try {
      socket.bindSync(endpoint.address);
      return socket.lastEndpoint ?? endpoint.address;
    } catch (error) {
      // Reporting the failure to a socket's monitor occasionally replaces its reason with this one.
      if (systemCode(error) === "EAGAIN" && attempt < BIND_ATTEMPTS) continue;
      const inUse = systemCode(error) === "EADDRINUSE";
      if (inUse && anyPort && attempt < BIND_ATTEMPTS) continue;
      // This process may have just closed the address: a short wait makes binding after closing
      // work.
      if (inUse && performance.now() - lastReleaseAt < RELEASE_MS) {
        pause(1);
        continue;
      }
      throw bindError(endpoint, inUse, error);
    }
  }
}

/** Blocks the thread: a constructor cannot wait in any other way. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function bindError(endpoint: Endpoint, inUse: boolean, cause: unknown): ConnectionError {
  if (inUse) {
    return new ConnectionError(
      "ADDRESS_IN_USE",
      endpoint.text,
      `Address already in use: ${endpoint.text}. Another socket, perhaps of another process, is bound there; stop it or choose another port`,
      { cause },
    );
  }
  return new ConnectionError(
    "BIND_FAILED",
    endpoint.text,
    `Could not bind to ${endpoint.text}: ${toError(cause).message}. An address to bind is one of this machine's: "*", an interface or its IP address`,
    { cause },
  );
}
