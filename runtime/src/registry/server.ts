import { servedTypes } from "../messaging/generated/reactor.js";
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
import { RegistryReactor } from "./reactor.js";
import { Rediscovery } from "./rediscovery.js";
import { MemoryRegistryStore, type RegistryStore } from "./store.js";

/** Options for {@link RegistryServer}. */
export interface RegistryServerOptions {
  /** Where to answer requests. `tcp://*:5000` by default; the port `*` or 0 is any free one. */
  endpoint?: string;
  /** Where to publish `RediscoverReq`. The port after the one of `endpoint` by default. */
  eventsEndpoint?: string;
  /** Where to keep what is registered. In memory by default. */
  store?: RegistryStore;
}

/** A name, a host and a port fit many times; whoever sends more is disconnected. */
const MAX_MESSAGE_BYTES = 64 * 1024;

/**
 * The name service (Python: `ServiceRegistry.Server`): services register where they listen, clients
 * look them up by name. Serves clients and services of Python's `dividere` too.
 *
 * - A name stands for one service; who registers under it last is the one that is found.
 * - Unregistering answers `ack { ok: false }`, and changes nothing, where the name is not listed, or
 *   is listed with another server or port: a service that stops does not take away the entry of one
 *   that has taken its place. An empty server or a port of 0 in the request matches any.
 * - A lookup of a name that is not listed answers with the server "unavailable" and the port 0.
 * - A request that is malformed, unknown or invalid is refused, and the registry goes on.
 * - `RediscoverReq`, to which services answer by registering again, is published whenever somebody
 *   has subscribed to it, at most four times a second, so that whoever comes back to a registry
 *   that was restarted hears it, however late.
 *
 * A service that goes without unregistering stays listed: the registry does not watch over them.
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
  /** The port on which a registry answers unless it is told otherwise (Python: `Server.port`). */
  static readonly port: number = REGISTRY_PORT;
  /** The port on which it then publishes (Python: `Server.subPort`). */
  static readonly eventsPort: number = REGISTRY_EVENTS_PORT;
  /** Where it answers, as libzmq resolved it. */
  readonly endpoint: string;
  /** Where it publishes, as libzmq resolved it. */
  readonly eventsEndpoint: string;
  readonly #reactor: RegistryReactor;

  /** @throws ConnectionError when an endpoint is invalid or cannot be bound. */
  constructor(options: RegistryServerOptions = {}) {
    const { endpoint = `tcp://*:${RegistryServer.port}`, store = new MemoryRegistryStore() } =
      options;
    const eventsEndpoint = options.eventsEndpoint ?? eventsEndpointOf(endpoint, "eventsEndpoint");
    const router = new Router(boundEndpoint(endpoint), servedTypes(registryDefinition), {
      maxMessageSize: MAX_MESSAGE_BYTES,
    });
    let publisher: Publisher<typeof RediscoverReq>;
    try {
      publisher = new Publisher(boundEndpoint(eventsEndpoint), [RediscoverReq]);
    } catch (error) {
      router.close();
      throw error;
    }
    this.endpoint = router.endpoints.join(", ");
    this.eventsEndpoint = publisher.endpoints.join(", ");
    const rediscovery = new Rediscovery(publisher);
    this.#reactor = new RegistryReactor(router, store, () => rediscovery.close());
  }

  /** Whether {@link stop} or {@link close} was called. */
  get closed(): boolean {
    return this.#reactor.closed;
  }

  /** Fulfilled when it has stopped and its sockets are closed. */
  get stopped(): Promise<void> {
    return this.#reactor.stopped;
  }

  /** Answers the requests at hand, then closes; fulfilled when that is done. May be called again. */
  stop(): Promise<void> {
    return this.#reactor.stop();
  }

  /** Closes at once. May be called again. */
  close(): void {
    this.#reactor.close();
  }

  /** The same as {@link stop}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
