import { ConnectionError } from "../base/errors.js";

/** A range of ports, both ends included. */
export interface PortRange {
  /** The one that is tried first. */
  readonly first: number;
  /** The last one that is tried. */
  readonly last: number;
}

/**
 * Opens something on the first port of a range that nobody else has. Binding is the test, so no one
 * can take the port in between.
 *
 * @throws ConnectionError `ADDRESS_IN_USE` when they are all taken, or what else keeps it from opening.
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
