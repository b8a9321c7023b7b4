import { ConnectionError } from "../base/errors.js";

/** The port on which a registry answers, as in Python. */
export const REGISTRY_PORT = 5000;

/** The port on which it publishes. */
export const REGISTRY_EVENTS_PORT = 5001;

/** Where clients look for a registry, as Python's services do. */
export const DEFAULT_REGISTRY: string = `tcp://localhost:${REGISTRY_PORT}`;

/**
 * Where a registry publishes, given where it answers: at the port after it, as 5001 is after 5000.
 * A port that the system chooses is followed by another that it chooses.
 *
 * @param option - The option that says it where there is no port to count from.
 */
export function eventsEndpointOf(endpoint: string, option: string): string {
  const colon = endpoint.lastIndexOf(":");
  const port = endpoint.slice(colon + 1);
  if (endpoint.includes("tcp://")) {
    if (port === "*" || port === "0") return endpoint;
    if (/^\d+$/.test(port)) return `${endpoint.slice(0, colon + 1)}${Number(port) + 1}`;
  }
  throw new ConnectionError(
    "ENDPOINT_INVALID",
    endpoint,
    `The registry's endpoint ${JSON.stringify(endpoint)} has no port, so where it publishes does not follow from it; give the option ${option} too`,
  );
}

/** The endpoint to bind, `*` or not: what a server is given is always its own. */
export function boundEndpoint(endpoint: string): string {
  return /^[@>]/.test(endpoint) || endpoint.includes("*") ? endpoint : `@${endpoint}`;
}
