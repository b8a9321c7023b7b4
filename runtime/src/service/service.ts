import { setTimeout as delay } from "node:timers/promises";
import type { Drained, DrainOptions } from "../base/drain.js";
import type { WaitOptions } from "../base/wait.js";
import { securedBy } from "../connection/security/options.js";
import type { ServedService, ServiceDefinition } from "../messaging/call/rpc.js";
import { checkServiceName } from "../messaging/call/service-name.js";
import type { Envelope } from "../messaging/envelope/format.js";
import { ServiceReactor } from "../messaging/generated/reactor.js";
import type { EventContext } from "../messaging/reactor/context.js";
import type { HandlerBinding } from "../messaging/reactor/handler.js";
import { RegistryClient } from "../registry/client/client.js";
import { DEFAULT_REGISTRY } from "../registry/endpoints.js";
import { bareHost } from "../registry/instance.js";
import type { RediscoverReq } from "../wire/gen/MsgLib.js";
import { addressOf } from "./address-of.js";
import type { PortRange } from "./free-port.js";
import { openLinks } from "./links.js";
import { Listing } from "./listing.js";
import type { ServiceOptions } from "./options.js";
import { Registration, type ServiceStatus } from "./registration.js";

/**
 * A {@link ServiceReactor} that clients find by name (Python: `service.Service`): the base of the
 * generated services.
 *
 * The constructor binds the first free port of the range; the service then registers automatically, as
 * one of any number of instances of its name, and renews its lease. It registers again when the registry
 * publishes `RediscoverReq` and does not know it, and when the registry comes back after a lost
 * connection. The service waits without a limit for a registry that has not started yet; {@link status}
 * and the log of the layer `service` show it. Meanwhile the service answers clients that know its
 * address.
 *
 * The registered port takes requests. The generated publisher publishes the service's events, at an
 * endpoint that its subscribers know: a name in the registry identifies one port.
 *
 * @example
 * ```ts
 * import { stopOnSignals } from "dividere/service";
 * import type { Msg01 } from "./gen/greeter.js";
 * import { GreeterService } from "./gen/greeter_dividere.js"; // extends Service
 *
 * class MyGreeter extends GreeterService {
 *   handleMsg01({ field1 }: Msg01): Msg01 {
 *     return { field1: field1.toUpperCase() };
 *   }
 *
 *   handleMsg02(): void {}
 * }
 * await using service = new MyGreeter({ registry: "tcp://127.0.0.1:5000" });
 * stopOnSignals(service);
 * await service.stopped;
 * ```
 */
export abstract class Service extends ServiceReactor {
  /** The default range of ports. */
  static readonly ports: PortRange = { first: 5100, last: 5999 };

  /** The name under which the service registers. */
  readonly name: string;
  /** The host with which the service registers. */
  readonly address: string;
  /** The port on which the service listens. */
  readonly port: number;
  readonly #registration: Registration;
  readonly #unregisterTimeoutMs: number;
  #stopping: Promise<Drained> | undefined;

  /**
   * @throws ConnectionError `ADDRESS_IN_USE` when no port of the range is free, `ENDPOINT_INVALID`
   * or `BIND_FAILED`.
   */
  constructor(definition: ServiceDefinition, options: ServiceOptions = {}) {
    const { registry = DEFAULT_REGISTRY } = options;
    const listen = (options.listen ?? "*").replace(/^\[(.*)\]$/, "$1");
    const secured = securedBy(options.security);
    const { port, links } = openLinks(definition, {
      ports: Service.ports,
      ...options,
      listen,
      registry,
      secured,
    });
    super(definition, links, options);
    this.name = options.name ?? definition.name;
    this.address = bareHost(options.address ?? addressOf(listen));
    this.port = port;
    this.#unregisterTimeoutMs = options.unregisterTimeoutMs ?? 5_000;
    try {
      // A registration must not leave after the service has closed.
      const client = new RegistryClient(registry, {
        address: this.address,
        lingerMs: 0,
        ...(options.registryToken !== undefined && { token: options.registryToken }),
        ...secured,
      });
      const { name, address: host, instance: id } = this;
      const { version = "", metadata = {}, leaseMs } = options;
      const services = [definition.typeName];
      const instance = { name, id, host, port, version, metadata, services };
      const listing = new Listing(client, instance, leaseMs);
      this.#registration = new Registration(client, listing, name, port);
    } catch (error) {
      this.close();
      throw error;
    }
    // No client finds the service before the subclass's constructor is done.
    queueMicrotask(() => this.#registration.start());
  }

  /** @internal */
  override get _served(): readonly ServedService[] {
    return [{ definition: this._service, name: this.name }];
  }

  /** The state of the registration. */
  get status(): ServiceStatus {
    return this.#registration.status;
  }

  /** Calls `listener` at each change of {@link status}, until the returned function is called. */
  onStatus(listener: (status: ServiceStatus) => void): () => void {
    return this.#registration.onStatus(listener);
  }

  /**
   * Fulfilled once the registry lists the service, at once if it is listed already.
   *
   * @throws DividereError `TIMEOUT`, or `CLOSED` when the service stops, or the signal's reason.
   */
  waitUntilRegistered(options?: WaitOptions): Promise<void> {
    return this.#registration.waitUntilRegistered(options);
  }

  /**
   * Tells the registry whether the service takes calls, for example while a resource that it needs is away.
   * Clients of this package leave a service that is not serving, and look-ups choose others; the service itself
   * goes on answering. Python's registry knows no health.
   *
   * @throws RequestError or DividereError when the registry does not take it. The health is told again with
   *   the next renewal.
   */
  setHealth(health: "SERVING" | "NOT_SERVING", options?: WaitOptions): Promise<void> {
    return this.#registration.setHealth(health, options);
  }

  /** Fulfilled when the service has stopped, by any cause: its links are closed and it is unregistered. */
  override get stopped(): Promise<void> {
    return super.stopped.then(() => this.#registration.closed);
  }

  /**
   * Stops in order: the registry lists the service as not serving, so that clients leave it; the requests in
   * hand finish; the service closes and unregisters. From Python's registry it unregisters first. The service
   * answers new requests until the registry knows, which takes `unregisterTimeoutMs` at most, and no time without
   * a connection to the registry. It leaves an entry of another service under its name alone.
   */
  override stop(): Promise<void> {
    return super.stop();
  }

  /** Stops as {@link stop} does, within a time of its own, and tells what it gave up. */
  override drain(options: DrainOptions = {}): Promise<Drained> {
    this.#stopping ??= this.#withdrawAndStop(options.timeoutMs);
    return this.#stopping;
  }

  /** Makes sure that the registry knows the service; called for the registry's `RediscoverReq`. */
  handleRediscoverReq(_message: RediscoverReq, _context: EventContext): void {
    this.#registration.confirm();
  }

  override close(): void {
    super.close();
    this.#abandon();
  }

  /** @internal */
  override _bindingOfRpc(envelope: Envelope): HandlerBinding | undefined {
    checkServiceName(envelope, this.name);
    return super._bindingOfRpc(envelope);
  }

  /** @internal */
  override _ended(): void {
    // A service that stops in order unregisters afterwards.
    if (#stopping in this && this.#stopping !== undefined) return;
    this.#abandon();
  }

  /**
   * Goes on serving while clients still send requests, which they do until the registry has told them to
   * leave: a request that arrives when the socket closes would be lost.
   */
  async #untilClientsHaveLeft(limitMs: number): Promise<void> {
    if (!this.#registration.hidden) return;
    const endsAt = performance.now() + limitMs;
    for (let seen = -1; seen !== this.links[0]?.stats.received; ) {
      const waitMs = Math.min(QUIET_MS, endsAt - performance.now());
      if (waitMs <= 0 || this.#registration.status === "stopped") return;
      seen = this.links[0]?.stats.received ?? 0;
      await delay(waitMs);
    }
  }

  #abandon(): void {
    // If the constructor throws, this runs before the class has its fields.
    if (#registration in this) this.#registration?.close();
  }

  async #withdrawAndStop(timeoutMs: number | undefined): Promise<Drained> {
    const deadline = performance.now() + (timeoutMs ?? Number.POSITIVE_INFINITY);
    const left = (): number => Math.max(0, deadline - performance.now());
    await this.#registration.hide(Math.min(this.#unregisterTimeoutMs, left()));
    await this.#untilClientsHaveLeft(Math.min(LEAVING_MS, left()));
    const given = await super.drain(timeoutMs === undefined ? {} : { timeoutMs: left() });
    await this.#registration.withdraw(Math.min(this.#unregisterTimeoutMs, left()));
    return given;
  }
}

/** The silence after which the clients are taken to have left, and the longest wait for it, in milliseconds. */
const QUIET_MS = 30;
const LEAVING_MS = 1_000;
