import type { Endpoints } from "../connection/socket/endpoint.js";
import type { ReactorOptions } from "../messaging/reactor/handler.js";
import type { PortRange } from "./free-port.js";

/** Options for `Service`. */
export interface ServiceOptions extends ReactorOptions {
  /**
   * The registry's endpoint for requests, or those of several registries with one store.
   * `tcp://localhost:5000` by default.
   */
  registry?: Endpoints;
  /** The registry's endpoints for events. The ports after those of `registry` by default. */
  registryEvents?: Endpoints;
  /** The name to register under. By default the name in the proto file. */
  name?: string;
  /**
   * The address to listen on: an IPv4 address or an interface of this machine, `*` (default) for all, an IPv6
   * address, or `::` for all of IPv6 and IPv4.
   */
  listen?: string;
  /** The ports to choose from; the first free one is taken. 5100 to 5999 by default. */
  ports?: PortRange;
  /**
   * The host to register, to which clients on other machines connect: a name, an IPv4 address or an IPv6
   * address. By default the address of `listen`, or the result of `localAddress()` if that is `*`.
   */
  address?: string;
  /** What the service says about itself, at most 8 KiB. Nothing by default. */
  metadata?: Readonly<Record<string, string>>;
  /**
   * The time, in milliseconds, after which the registry no longer lists the service if it has died; the service
   * renews its lease after a third of it. The registry's default, 10,000, without this option. Python's registry
   * has no leases.
   */
  leaseMs?: number;
  /**
   * A secret, shared by the instances of this service: with a registry of this package nobody else can
   * replace, remove or add an instance of its name. None by default; see the option `token` of
   * `RegistryClient`.
   */
  registryToken?: string;
  /** The endpoint that publishes the service's own events, for its event handlers. */
  subscribe?: Endpoints;
  /**
   * The time limit for `Service.stop` to tell the registry that the service stops, and the limit to
   * unregister, in milliseconds. 5,000 by default.
   */
  unregisterTimeoutMs?: number;
}
