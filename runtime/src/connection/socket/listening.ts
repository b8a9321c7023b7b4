import { type Endpoints, endpointList } from "./endpoint.js";

/**
 * The place where a proxy or a broker listens: a TCP port on every address of this machine, 0 for
 * any free port, or one endpoint or several.
 */
export type Listening = number | Endpoints;

/**
 * Returns the endpoints to bind. An endpoint with a leading `>` still connects, for example to
 * another broker's back end.
 */
export function listeningEndpoints(where: Listening): Endpoints {
  if (typeof where === "number") return `tcp://*:${where}`;
  return endpointList(where).map((endpoint) =>
    /^[@>]/.test(endpoint) ? endpoint : `@${endpoint}`,
  );
}
