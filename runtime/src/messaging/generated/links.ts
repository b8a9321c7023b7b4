import { DividereError } from "../../base/errors.js";
import { type Security, securedBy } from "../../connection/security/options.js";
import { type Endpoints, endpointList } from "../../connection/socket/endpoint.js";
import { rpcsOf, type ServiceDefinition } from "../call/rpc.js";
import type { MessageType } from "../envelope/message-type.js";
import type { ReceivingLink } from "../links/link.js";
import { Router } from "../links/router.js";
import { Subscriber } from "../links/subscriber.js";
import { ServerLink } from "../load-balancing/server-link.js";

/**
 * The sources of a generated reactor's messages: endpoints for requests, for events and of brokers,
 * or links that the caller made.
 */
export type ReactorLinks =
  | {
      /**
       * The endpoints on which to serve requests; bound, unless an endpoint begins with `>`.
       * `tcp://127.0.0.1:5555` serves this machine alone, `tcp://*:5555` every network interface.
       */
      readonly serve?: Endpoints;
      /** The endpoints at which the service's events are published. */
      readonly subscribe?: Endpoints;
      /**
       * The back ends of load balancing brokers whose requests to serve. Each has a separate link
       * that takes one request at a time; naming a broker twice gives two links. See
       * `LoadBalancing.ServerLink`.
       */
      readonly broker?: Endpoints;
    }
  | ReceivingLink
  | readonly ReceivingLink[];

/**
 * Opens the links on which to serve services; takes links that are already open as they are.
 *
 * @throws ConnectionError when an endpoint is invalid or cannot be bound; no link stays open then.
 */
export function openLinks(
  services: readonly ServiceDefinition[],
  links: ReactorLinks,
  security: Security | undefined,
): readonly ReceivingLink[] {
  if (isLinkList(links)) return links;
  if (isLink(links)) return [links];
  const requests = servedTypes(...services);
  const events = publishedTypes(...services);
  const secured = securedBy(security);
  const opened: ReceivingLink[] = [];
  try {
    if (links.serve !== undefined) {
      demand(services, requests.length, "no requests to serve", "serve");
      opened.push(new Router(links.serve, requests, secured, "bind"));
    }
    if (links.broker !== undefined) {
      demand(services, requests.length, "no requests to serve", "broker");
      for (const broker of endpointList(links.broker))
        opened.push(new ServerLink(broker, requests, secured));
    }
    if (links.subscribe !== undefined) {
      demand(services, events.length, "no events to subscribe to", "subscribe");
      opened.push(new Subscriber(links.subscribe, events, secured));
    }
    demand(
      services,
      opened.length,
      "nothing to read from",
      "serve, broker and subscribe, at least one of which has to be given,",
    );
  } catch (error) {
    for (const link of opened) link.close();
    throw error;
  }
  return opened;
}

/** Lists the types of the events that services publish, each once. */
export function publishedTypes(...services: readonly ServiceDefinition[]): readonly MessageType[] {
  const rpcs = services.flatMap(rpcsOf);
  return [...new Set(rpcs.flatMap((rpc) => (rpc.response === undefined ? [rpc.request] : [])))];
}

/** Lists the types of the services' requests and responses, each once. */
export function servedTypes(...services: readonly ServiceDefinition[]): readonly MessageType[] {
  const types = services
    .flatMap(rpcsOf)
    .flatMap((rpc) => (rpc.response === undefined ? [] : [rpc.request, rpc.response]));
  return [...new Set(types)];
}

function demand(
  services: readonly ServiceDefinition[],
  count: number,
  what: string,
  option: string,
): void {
  if (count > 0) return;
  const names = services.map(({ typeName }) => typeName).join(", ");
  throw new DividereError(
    "ENDPOINT_INVALID",
    `The service ${names} has ${what}; see the option ${option} of its reactor`,
  );
}

function isLinkList(links: ReactorLinks): links is readonly ReceivingLink[] {
  return Array.isArray(links);
}

function isLink(links: ReactorLinks): links is ReceivingLink {
  return "_receive" in links;
}
