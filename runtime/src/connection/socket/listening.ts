import { type Endpoints, endpointList } from "./endpoint.js";

/**
 * Where a proxy or a broker listens: a TCP port on every address of this machine, 0 for any that is
 * free, or one endpoint or several.
 */
export type Listening = number | Endpoints;

/**
 * The endpoints to bind. One that begins with `>` still connects, to another broker's back end say.
 */
export function listeningEndpoints(where: Listening): Endpoints {
  if (typeof where === "number") return `tcp://*:${where}`;
  return endpointList(where).map((endpoint) =>
    /^[@>]/.test(endpoint) ? endpoint : `@${endpoint}`,
  );
}
