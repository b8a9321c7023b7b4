/** An address in a registry's list, as Python's messages carry it. */
export interface ServiceEntry {
  /** The name of the service. */
  readonly name: string;
  /** The host to which clients connect: a name, an IPv4 address or an IPv6 address without brackets. */
  readonly server: string;
  /** The TCP port on which the service answers requests. */
  readonly port: number;
}

/**
 * The health of an instance.
 *
 * - `UNKNOWN` – a plain service that the registry has not probed yet.
 * - `SERVING` – serves calls.
 * - `NOT_SERVING` – takes no new calls, such as a service that drains; or a plain service that the
 *   registry could not reach by its last probe.
 */
export type Health = "UNKNOWN" | "SERVING" | "NOT_SERVING";

/** The name and the id of an instance, which identify it in a registry. */
export interface InstanceKey {
  /** The name of the service. */
  readonly name: string;
  /** Tells the instances of a name apart. The id of a plain service is its address. */
  readonly id: string;
}

/** One running service at one address, in a registry's list. */
export interface ServiceInstance extends InstanceKey {
  /** The host to which clients connect: a name, an IPv4 address or an IPv6 address without brackets. */
  readonly host: string;
  /** The TCP port on which the instance answers requests. */
  readonly port: number;
  /** The version of the service in its own spelling; empty if it has none. */
  readonly version: string;
  /** What the service says about itself. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether the instance takes calls. */
  readonly health: Health;
  /** The time of the first registration of this id, by the registry's clock. */
  readonly registeredAt: Date;
  /**
   * The granted lease in milliseconds: without a renewal the entry is removed after this time. 0 for a
   * plain service, such as Python's: it does not renew, and the registry probes it by connecting.
   */
  readonly leaseMs: number;
  /** The full proto names of the services that the instance serves; empty if it does not say. */
  readonly services: readonly string[];
}

/** An instance to register; the registry adds the rest. */
export interface InstanceInit extends InstanceKey {
  /** The host to which clients connect. */
  readonly host: string;
  /** The TCP port on which the instance answers requests. */
  readonly port: number;
  /** None by default. */
  readonly version?: string;
  /** None by default. At most 8 KiB together with the version and the services. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** `SERVING` by default. */
  readonly health?: Health;
  /** The full proto names of the services that the instance serves. None by default. */
  readonly services?: readonly string[];
}

/** Returns a text that is the same for equal keys and for no others. */
export function keyText({ name, id }: InstanceKey): string {
  return JSON.stringify([name, id]);
}

/** Orders instances by name, then by id. */
export function byKey(one: InstanceKey, other: InstanceKey): number {
  return compare(one.name, other.name) || compare(one.id, other.id);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Returns `host:port`, with brackets around an IPv6 address; the id of a plain instance. */
export function addressText(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Returns a host without the brackets that an endpoint has around an IPv6 address. */
export function bareHost(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}

/** Returns the endpoint that connects to an instance, whatever its host looks like. */
export function connectingEndpoint(host: string, port: number): string {
  // The ">" connects in every case: with the host "*" from a registry a client would bind.
  return `>tcp://${addressText(host, port)}`;
}

/** Whether two entries say the same; the time of the registration and the granted lease apart. */
export function sameInstance(one: ServiceInstance, other: ServiceInstance): boolean {
  return describe(one) === describe(other);
}

function describe({ registeredAt: _, leaseMs, metadata, ...rest }: ServiceInstance): string {
  const { name, id, host, port, version, health, services } = rest;
  const sorted = Object.entries(metadata).sort(([a], [b]) => compare(a, b));
  return JSON.stringify([name, id, host, port, version, health, services, sorted, leaseMs === 0]);
}
