import type { Drained, DrainOptions } from "../../base/drain.js";
import { DividereError } from "../../base/errors.js";
import { type Security, securedBy } from "../../connection/security/options.js";
import { servedTypes } from "../../messaging/generated/links.js";
import { Publisher } from "../../messaging/links/publisher.js";
import { Router } from "../../messaging/links/router.js";
import type { ReactorStats } from "../../messaging/stats/reactor-stats.js";
import { RediscoverReq } from "../../wire/gen/MsgLib.js";
import { plainRegistryDefinition, registryDefinition } from "../definition.js";
import {
  boundEndpoint,
  eventsEndpointOf,
  REGISTRY_EVENTS_PORT,
  REGISTRY_PORT,
} from "../endpoints.js";
import { MemoryRegistryStore } from "../store/memory.js";
import type { RegistryStore } from "../store/store.js";
import { Instances, type LeaseLimits } from "./instances.js";
import { Ownership } from "./ownership.js";
import { type ProbeOptions, Prober } from "./prober.js";
import { RegistryReactor } from "./reactor.js";
import { Rediscovery } from "./rediscovery.js";
import { View } from "./view.js";

/** Options for {@link RegistryServer}. */
export interface RegistryServerOptions {
  /** The endpoint for requests. `tcp://*:5000` by default; the port `*` or 0 is any free port. */
  endpoint?: string;
  /** The endpoint that publishes `RediscoverReq`. The port after that of `endpoint` by default. */
  eventsEndpoint?: string;
  /**
   * The store of the registered services. In memory by default. The caller closes a store that it gives,
   * after the server.
   */
  store?: RegistryStore;
  /** Secures both endpoints with CURVE: those in `allow` may register, unregister and look up. */
  security?: Security;
  /**
   * The most instances of all services together; a further one is refused with the status
   * `RESOURCE_EXHAUSTED`. 10,000 by default.
   */
  maxServices?: number;
  /**
   * The lease of a service that asks for none, in milliseconds: the time after which a service that died
   * is no longer listed. Services renew after a third of it, so two renewals may be lost. 10,000 by default.
   */
  leaseMs?: number;
  /**
   * How the registry probes plain services, such as Python's, which do not renew: it connects to them. Look-ups
   * avoid an instance whose last probe has failed, and after several failures in a row it is no longer listed when
   * its lease, the option `leaseMs`, has ended: after 20 to 30 seconds by default. `false` keeps plain services
   * listed until they unregister.
   */
  probe?: ProbeOptions | false;
  /** The shortest lease that is granted, in milliseconds. 1,000 by default. */
  minLeaseMs?: number;
  /** The longest lease that is granted, in milliseconds. 300,000 by default. */
  maxLeaseMs?: number;
  /**
   * Whether an entry belongs to the connection that registered it: until that is lost, others can
   * neither replace nor remove the entry. `true` by default with `security`, otherwise `false`, because
   * Python's clients may remove any entry. An entry that was registered with a token belongs to that
   * token in any case, and an entry of a plain peer to nobody.
   */
  guardConnections?: boolean;
  /** The version of the registry, which its introspection tells; any text. None by default. */
  version?: string;
  /**
   * Whether the registry answers the service `dividere.v1.Introspection` on `endpoint`. `true` by
   * default.
   */
  introspection?: boolean;
}

/**
 * The lease of a service that asks for none. Clients leave a dead service when they lose its connection; the
 * lease bounds the time that others still find it, and 10 seconds outlast a pause of the garbage collector or
 * two lost renewals.
 */
const DEFAULT_LEASE_MS = 10_000;

/** Room for a name, a host and a port many times over; a peer that sends more is disconnected. */
const MAX_MESSAGE_BYTES = 64 * 1024;

/**
 * The name service (Python: `ServiceRegistry.Server`): services register their addresses, and clients
 * look them up by name. Serves clients and services of Python's `dividere` too.
 *
 * - A name may have any number of instances. A service of this package registers with an id and a lease,
 *   which it renews; when it dies, its entry is removed at the end of the lease. A plain service, such as
 *   Python's, is known by its address, and is removed when it unregisters or when the registry cannot connect
 *   to it any more.
 * - A lookup answers with the healthy instances of the name in turn; of an unlisted name with the server
 *   "unavailable" and the port 0. Clients of this package get all instances, and every change.
 * - An instance that registers at the address of another of its name replaces that one.
 * - An instance that was registered with a token (option `token` of the client) is replaced and removed with
 *   the same token only, and so are further instances added to its name; the registry refuses others
 *   with the status `PERMISSION_DENIED`, and a plain peer with `ack { ok: false }`. The option
 *   `guardConnections` guards the others.
 * - Names and hosts have 255 bytes at most, and the other properties of an instance 8 KiB together.
 * - A plain request to unregister removes the instances of the name with that server and port; an empty
 *   server or a port of 0 in the request matches any. The registry answers `ack { ok: false }`, and
 *   changes nothing, if there is no such instance.
 * - The registry refuses a malformed, unknown or invalid request, and goes on.
 * - The registry publishes `RediscoverReq`, on which services register again, after each subscription
 *   to it, at most four times a second. So a service that reconnects to a restarted registry gets the
 *   message, however late.
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

  /** @throws ConnectionError when an endpoint is invalid or cannot be bound, or what the store throws. */
  constructor(options: RegistryServerOptions = {}) {
    const { endpoint = `tcp://*:${RegistryServer.port}`, store = new MemoryRegistryStore() } =
      options;
    const leases = leaseLimits(options);
    const eventsEndpoint = options.eventsEndpoint ?? eventsEndpointOf(endpoint, "eventsEndpoint");
    const secured = securedBy(options.security);
    const router = new Router(
      boundEndpoint(endpoint),
      [...servedTypes(registryDefinition), ...servedTypes(plainRegistryDefinition)],
      {
        maxMessageSize: MAX_MESSAGE_BYTES,
        ...secured,
      },
    );
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
    const view = new View();
    const instances = new Instances({
      view,
      store,
      owners: new Ownership(options.guardConnections ?? options.security !== undefined),
      leases,
      plainLeaseMs: leases.leaseMs,
      maxServices: options.maxServices ?? 10_000,
    });
    // A service that was only slow registers again, which a plain one does on this message alone.
    const onRemoved = (): void => rediscovery.ask();
    const prober = new Prober(view, instances, leases.leaseMs, options.probe ?? {}, onRemoved);
    let leaveStore: () => void;
    try {
      leaveStore = store.watch(view);
    } catch (error) {
      router.close();
      rediscovery.close();
      prober.close();
      throw error;
    }
    this.#reactor = new RegistryReactor(router, {
      view,
      instances,
      options,
      onEnd: () => {
        prober.close();
        leaveStore();
        rediscovery.close();
      },
    });
  }

  /** The id of this object: random, and new at every start. */
  get instance(): string {
    return this.#reactor.instance;
  }

  /** The current counters of the requests and of the link. */
  get stats(): ReactorStats {
    return this.#reactor.stats;
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

  /**
   * Stops as {@link stop} does, within a time of its own, and tells what it gave up: requests that were
   * not begun (`queued`), or whose store did not answer (`inFlight`). 30 seconds by default.
   */
  drain(options?: DrainOptions): Promise<Drained> {
    return this.#reactor.drain(options);
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

/** @throws DividereError `OPTION_INVALID` for leases that cannot be. */
function leaseLimits(options: RegistryServerOptions): LeaseLimits {
  const { minLeaseMs = 1_000, maxLeaseMs = 300_000 } = options;
  const leaseMs = options.leaseMs ?? Math.min(Math.max(DEFAULT_LEASE_MS, minLeaseMs), maxLeaseMs);
  if (minLeaseMs >= 1 && minLeaseMs <= leaseMs && leaseMs <= maxLeaseMs && maxLeaseMs < 2 ** 31)
    return { leaseMs, minLeaseMs, maxLeaseMs };
  throw new DividereError(
    "OPTION_INVALID",
    `The registry's leases of ${leaseMs} ms, at least ${minLeaseMs} and at most ${maxLeaseMs} ms, are out of order; give minLeaseMs ≤ leaseMs ≤ maxLeaseMs, from 1 ms to 24 days`,
  );
}
