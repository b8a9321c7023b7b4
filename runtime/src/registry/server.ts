import { type Security, securedBy } from "../connection/security/options.js";
import { servedTypes } from "../messaging/generated/links.js";
import { Publisher } from "../messaging/links/publisher.js";
import { Router } from "../messaging/links/router.js";
import { RediscoverReq } from "../wire/gen/MsgLib.js";
import { registryDefinition } from "./definition.js";
import {
  boundEndpoint,
  eventsEndpointOf,
  REGISTRY_EVENTS_PORT,
  REGISTRY_PORT,
} from "./endpoints.js";
import { Ownership } from "./ownership.js";
import { RegistryReactor } from "./reactor.js";
import { Rediscovery } from "./rediscovery.js";
import { MemoryRegistryStore, type RegistryStore } from "./store.js";

/** Options for {@link RegistryServer}. */
export interface RegistryServerOptions {
  /** The endpoint for requests. `tcp://*:5000` by default; the port `*` or 0 is any free port. */
  endpoint?: string;
  /** The endpoint that publishes `RediscoverReq`. The port after that of `endpoint` by default. */
  eventsEndpoint?: string;
  /** The store of the registered services. In memory by default. */
  store?: RegistryStore;
  /** Secures both endpoints with CURVE: those in `allow` may register, unregister and look up. */
  security?: Security;
  /**
   * The most services; a further name is refused with the status `RESOURCE_EXHAUSTED`. 10,000 by
   * default.
   */
  maxServices?: number;
  /**
   * Whether an entry belongs to the connection that registered it: until that is lost, others can
   * neither replace nor remove the entry. `true` by default with `security`, otherwise `false`, because
   * Python's clients may remove any entry. An entry that was registered with a token belongs to that
   * token in any case, and an entry of a plain peer to nobody.
   */
  guardConnections?: boolean;
}

/** Room for a name, a host and a port many times over; a peer that sends more is disconnected. */
const MAX_MESSAGE_BYTES = 64 * 1024;

/**
 * The name service (Python: `ServiceRegistry.Server`): services register their addresses, and clients
 * look them up by name. Serves clients and services of Python's `dividere` too.
 *
 * - A name identifies one service: the last that registered under it.
 * - An entry that was registered with a token (option `token` of the client) is replaced and
 *   removed with the same token only; the registry refuses others with the status `PERMISSION_DENIED`,
 *   and a plain peer with `ack { ok: false }`. The option `guardConnections` guards the others.
 * - Names and hosts have 255 bytes at most.
 * - Unregistering answers `ack { ok: false }`, and changes nothing, if the name is not listed, or is
 *   listed with another server or port: a service that stops does not remove the entry of its
 *   replacement. An empty server or a port of 0 in the request matches any.
 * - A lookup of an unlisted name answers with the server "unavailable" and the port 0.
 * - The registry refuses a malformed, unknown or invalid request, and goes on.
 * - The registry publishes `RediscoverReq`, on which services register again, after each subscription
 *   to it, at most four times a second. So a service that reconnects to a restarted registry gets the
 *   message, however late.
 *
 * A service that ends without unregistering stays listed: the registry does not monitor services.
 *
 * @example
 * ```ts
 * import { RegistryServer, stopOnSignals } from "dividere/registry";
 *
 * await using registry = new RegistryServer({ endpoint: "tcp://127.0.0.1:5000" });
 * stopOnSignals(registry);
 * await registry.stopped;
 * ```
 */
export class RegistryServer implements AsyncDisposable {
  /** The default port for requests (Python: `Server.port`). */
  static readonly port: number = REGISTRY_PORT;
  /** The default port for events (Python: `Server.subPort`). */
  static readonly eventsPort: number = REGISTRY_EVENTS_PORT;
  /** The endpoint for requests, as libzmq resolved it. */
  readonly endpoint: string;
  /** The endpoint for events, as libzmq resolved it. */
  readonly eventsEndpoint: string;
  readonly #reactor: RegistryReactor;

  /** @throws ConnectionError when an endpoint is invalid or cannot be bound. */
  constructor(options: RegistryServerOptions = {}) {
    const {
      endpoint = `tcp://*:${RegistryServer.port}`,
      store = new MemoryRegistryStore(),
      maxServices = 10_000,
    } = options;
    const eventsEndpoint = options.eventsEndpoint ?? eventsEndpointOf(endpoint, "eventsEndpoint");
    const secured = securedBy(options.security);
    const router = new Router(boundEndpoint(endpoint), servedTypes(registryDefinition), {
      maxMessageSize: MAX_MESSAGE_BYTES,
      ...secured,
    });
    let publisher: Publisher<typeof RediscoverReq>;
    try {
      publisher = new Publisher(boundEndpoint(eventsEndpoint), [RediscoverReq], secured);
    } catch (error) {
      router.close();
      throw error;
    }
    this.endpoint = router.endpoints.join(", ");
    this.eventsEndpoint = publisher.endpoints.join(", ");
    const rediscovery = new Rediscovery(publisher);
    this.#reactor = new RegistryReactor(router, {
      store,
      owners: new Ownership(options.guardConnections ?? options.security !== undefined),
      maxServices,
      onEnd: () => rediscovery.close(),
    });
  }

  /** Whether {@link stop} or {@link close} was called. */
  get closed(): boolean {
    return this.#reactor.closed;
  }

  /** Fulfilled when the registry has stopped and its sockets are closed. */
  get stopped(): Promise<void> {
    return this.#reactor.stopped;
  }

  /** Answers the requests in hand, then closes; fulfilled when both are done. May be called again. */
  stop(): Promise<void> {
    return this.#reactor.stop();
  }

  /** Closes at once; requests in hand get no answer. May be called again. */
  close(): void {
    this.#reactor.close();
  }

  /** The same as {@link stop}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
