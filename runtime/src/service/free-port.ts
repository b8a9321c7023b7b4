import { ConnectionError } from "../base/errors.js";

/** A range of ports, both ends included. */
export interface PortRange {
  /** The first port to try. */
  readonly first: number;
  /** The last port to try. */
  readonly last: number;
}

/**
 * Calls `open` with the ports of a range, until a port is free. The bind itself is the test, so no
 * other socket can take the port in between.
 *
 * @throws ConnectionError `ADDRESS_IN_USE` when all ports are taken, or another error of `open`.
 */
export function openOnFreePort<T>(
  host: string,
  ports: PortRange,
  open: (endpoint: string) => T,
): { readonly opened: T; readonly port: number } {
  const { first, last } = ports;
  if (!isPort(first) || !isPort(last) || first > last) {
    throw new ConnectionError(
      "ENDPOINT_INVALID",
      `tcp://${host}`,
      `The ports from ${first} to ${last} are no range within 1 to 65535`,
    );
  }
  for (let port = first; port <= last; port++) {
    try {
      return { opened: open(`@tcp://${host}:${port}`), port };
    } catch (error) {
      if (!(error instanceof ConnectionError) || error.code !== "ADDRESS_IN_USE") throw error;
    }
  }
  throw new ConnectionError(
    "ADDRESS_IN_USE",
    `tcp://${host}`,
    `None of the ports from ${first} to ${last} is free on ${host}; stop a service, or give another range with the option ports`,
  );
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}
