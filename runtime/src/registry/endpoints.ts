import { ConnectionError } from "../base/errors.js";

/** The port on which a registry answers, as in Python. */
export const REGISTRY_PORT = 5000;

/** The port on which a registry publishes. */
export const REGISTRY_EVENTS_PORT = 5001;

/** The default endpoint of a registry for clients, as for Python's services. */
export const DEFAULT_REGISTRY: string = `tcp://localhost:${REGISTRY_PORT}`;

/**
 * Returns the endpoint at which a registry publishes, given the endpoint at which it answers: the next
 * port, as 5001 after 5000. If the system chooses the one port, it chooses the other too.
 *
 * @param option - The option that sets the endpoint if `endpoint` has no port.
 * @throws ConnectionError `ENDPOINT_INVALID` when `endpoint` has no port.
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
    `The registry's endpoint ${JSON.stringify(endpoint)} has no port from which the endpoint of its events follows; give the option ${option} too`,
  );
}

/** Returns an endpoint that binds, with or without `*`: a server always binds its endpoints. */
export function boundEndpoint(endpoint: string): string {
  return /^[@>]/.test(endpoint) || endpoint.includes("*") ? endpoint : `@${endpoint}`;
}
