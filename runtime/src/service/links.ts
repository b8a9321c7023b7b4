import { builtin } from "../base/builtin.js";
import { ConnectionError } from "../base/errors.js";
import type { SecurityOption } from "../connection/security/options.js";
import { type Endpoints, endpointList } from "../connection/socket/endpoint.js";
import type { ServiceDefinition } from "../messaging/call/rpc.js";
import { publishedTypes, servedTypes } from "../messaging/generated/links.js";
import type { ReceivingLink } from "../messaging/links/link.js";
import { Router } from "../messaging/links/router.js";
import { Subscriber } from "../messaging/links/subscriber.js";
import { eventsEndpointOf } from "../registry/endpoints.js";
import { RediscoverReq } from "../wire/gen/MsgLib.js";
import { openOnFreePort, type PortRange } from "./free-port.js";
import type { ServiceOptions } from "./options.js";

/**
 * Opens the links of a service: the first free port of its range, the events of its registry, and its own events.
 *
 * @throws ConnectionError `ADDRESS_IN_USE`, `ENDPOINT_INVALID` or `BIND_FAILED`; nothing stays open then.
 */
export function openLinks(
  definition: ServiceDefinition,
  settings: ServiceOptions & {
    readonly ports: PortRange;
    readonly listen: string;
    readonly registry: Endpoints;
    readonly secured: SecurityOption;
  },
): { readonly port: number; readonly links: readonly ReceivingLink[] } {
  const { listen, registry, ports, subscribe, secured } = settings;
  const served = servedTypes(definition);
  if (served.length === 0) {
    throw new ConnectionError(
      "ENDPOINT_INVALID",
      `tcp://${listen}`,
      `The service ${definition.typeName} has no requests to serve; its events need no registered service`,
    );
  }
  const eventsEndpoints =
    settings.registryEvents ??
    endpointList(registry).map((endpoint) => eventsEndpointOf(endpoint, "registryEvents"));
  const { opened, port } = openOnFreePort(
    builtin("node:net").isIPv6(listen) ? `[${listen}]` : listen,
    ports,
    (endpoint) => new Router(endpoint, served, secured),
  );
  const links: ReceivingLink[] = [opened];
  try {
    links.push(new Subscriber(eventsEndpoints, [RediscoverReq], secured));
    if (subscribe !== undefined)
      links.push(new Subscriber(subscribe, publishedTypes(definition), secured));
  } catch (error) {
    for (const link of links) link.close();
    throw error;
  }
  return { port, links };
}
