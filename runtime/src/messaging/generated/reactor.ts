import { DividereError, toError } from "../../base/errors.js";
import { type Endpoints, endpointList } from "../../connection/socket/endpoint.js";
import { rpcsOf, type ServiceDefinition } from "../call/rpc.js";
import type { Envelope } from "../envelope/format.js";
import type { MessageType } from "../envelope/message-type.js";
import type { ReceivingLink } from "../links/link.js";
import { Router } from "../links/router.js";
import { Subscriber } from "../links/subscriber.js";
import { ServerLink } from "../load-balancing/server-link.js";
import type { HandlerBinding, ReactorOptions } from "../reactor/handler.js";
import { MtMsgReactor } from "../reactor/reactor.js";
import { ServiceHandling } from "./handling.js";

/**
 * Where a generated reactor gets its messages from: endpoints to serve requests on, to subscribe to
 * events at and of brokers to work for, or links that the caller made.
 */
export type ReactorLinks =
  | {
      /**
       * Where to serve requests; bound, unless the endpoint begins with `>`.
       * `tcp://127.0.0.1:5555` serves this machine alone, `tcp://*:5555` every network interface.
       */
      readonly serve?: Endpoints;
      /** Where the service's events are published. */
      readonly subscribe?: Endpoints;
      /**
       * The back ends of load balancing brokers to serve requests of, each through a link of its
       * own that takes one at a time; a broker that is named twice gives two. See
       * `LoadBalancing.ServerLink`.
       */
      readonly broker?: Endpoints;
    }
  | ReceivingLink
  | readonly ReceivingLink[];

/** A reactor for one service: the base of the generated ones. */
export abstract class ServiceReactor extends MtMsgReactor {
  readonly #service: ServiceDefinition;
  readonly #handling: ServiceHandling;

  /** @throws ConnectionError when an endpoint is invalid or cannot be bound. */
  constructor(service: ServiceDefinition, links: ReactorLinks = [], options?: ReactorOptions) {
    super(openLinks(service, links), options);
    this.#service = service;
    this.#handling = new ServiceHandling([{ service, owner: this }]);
  }

  /** @internal Reports missing handlers; the compiler finds them in TypeScript, nothing else does in JavaScript. */
  override _starting(): void {
    for (const rpc of rpcsOf(this.#service)) {
      try {
        this._handlerOf(rpc, rpc.request.$type);
      } catch (error) {
        this._tellError(toError(error));
      }
    }
  }

  /** @internal */
  override _bindingOf(type: MessageType, published: boolean): HandlerBinding {
    return this.#handling.ofType(type.$type, published) ?? super._bindingOf(type, published);
  }

  /** @internal */
  override _bindingOfRpc({ rpc }: Envelope): HandlerBinding | undefined {
    return rpc === undefined ? undefined : this.#handling.ofRpc(rpc);
  }
}

function openLinks(service: ServiceDefinition, links: ReactorLinks): readonly ReceivingLink[] {
  if (isLinkList(links)) return links;
  if (isLink(links)) return [links];
  const requests = servedTypes(service);
  const events = publishedTypes(service);
  const opened: ReceivingLink[] = [];
  try {
    if (links.serve !== undefined) {
      demand(service, requests.length, "no requests to serve", "serve");
      opened.push(new Router(links.serve, requests, {}, "bind"));
    }
    if (links.broker !== undefined) {
      demand(service, requests.length, "no requests to serve", "broker");
      for (const broker of endpointList(links.broker))
        opened.push(new ServerLink(broker, requests));
    }
    if (links.subscribe !== undefined) {
      demand(service, events.length, "no events to subscribe to", "subscribe");
      opened.push(new Subscriber(links.subscribe, events));
    }
    demand(
      service,
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

/** The types of the events that a service publishes. */
export function publishedTypes(service: ServiceDefinition): readonly MessageType[] {
  return rpcsOf(service).flatMap((rpc) => (rpc.response === undefined ? [rpc.request] : []));
}

/** The types of a service's requests and of their responses, each of them once. */
export function servedTypes(service: ServiceDefinition): readonly MessageType[] {
  const types = rpcsOf(service).flatMap((rpc) =>
    rpc.response === undefined ? [] : [rpc.request, rpc.response],
  );
  return [...new Set(types)];
}

function demand(service: ServiceDefinition, count: number, what: string, option: string): void {
  if (count > 0) return;
  throw new DividereError(
    "ENDPOINT_INVALID",
    `The service ${service.typeName} has ${what}; see the option ${option} of its reactor`,
  );
}

function isLinkList(links: ReactorLinks): links is readonly ReceivingLink[] {
  return Array.isArray(links);
}

function isLink(links: ReactorLinks): links is ReceivingLink {
  return "_receive" in links;
}
