import { networkInterfaces } from "node:os";
import { ConnectionError } from "../base/errors.js";
import type { WaitOptions } from "../base/wait.js";
import type { Endpoints } from "../connection/socket/endpoint.js";
import type { ServiceDefinition } from "../messaging/call/rpc.js";
import { publishedTypes, ServiceReactor, servedTypes } from "../messaging/generated/reactor.js";
import type { ReceivingLink } from "../messaging/links/link.js";
import { Router } from "../messaging/links/router.js";
import { Subscriber } from "../messaging/links/subscriber.js";
import type { EventContext } from "../messaging/reactor/context.js";
import type { ReactorOptions } from "../messaging/reactor/handler.js";
import { RegistryClient } from "../registry/client.js";
import { DEFAULT_REGISTRY, eventsEndpointOf } from "../registry/endpoints.js";
import { localAddress } from "../registry/local-address.js";
import { RediscoverReq } from "../wire/gen/MsgLib.js";
import { openOnFreePort, type PortRange } from "./free-port.js";
import { Registration, type ServiceStatus } from "./registration.js";

/** Options for {@link Service}. */
export interface ServiceOptions extends ReactorOptions {
  /** Where the registry answers. `tcp://localhost:5000` by default. */
  registry?: string;
  /** Where the registry publishes. The port after the one of `registry` by default. */
  registryEvents?: string;
  /** The name to register under. The one that the proto file gives by default. */
  name?: string;
  /** Where to listen: an IPv4 address or an interface of this machine, or `*` for all, the default. */
  listen?: string;
  /** The ports to choose from; the first free one is taken. 5100 to 5999 by default. */
  ports?: PortRange;
  /**
   * The host to register: what clients on other machines connect to. By default the address of
   * `listen`; what {@link localAddress} finds where that is `*`.
   */
  address?: string;
  /** Where the service's own events are published, for the handlers of those that it has. */
  subscribe?: Endpoints;
  /** How long {@link Service.stop} may take to unregister, in milliseconds. 5,000 by default. */
  unregisterTimeoutMs?: number;
}

/**
 * A {@link ServiceReactor} that clients find by name (Python: `service.Service`): the base of the
 * generated services.
 *
 * It listens on the first free port of its range and registers, both by itself once the constructor
 * is done. It registers again when the registry publishes `RediscoverReq`, and when it comes back
 * after its connection was lost. A registry that is not up yet is waited for, as long as it takes;
 * {@link status} shows it, and the log of the layer `service` tells. Clients that know the address
 * are served all the while.
 *
 * It takes requests. What the service publishes goes through the generated publisher, at an endpoint
 * that its subscribers know: a name in the registry stands for one port.
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
  /** The ports that services choose from unless they say otherwise. */
  static readonly ports: PortRange = { first: 5100, last: 5999 };

  /** The name that it is registered under. */
  readonly name: string;
  /** The host that it is registered with. */
  readonly address: string;
  /** The port that it listens on. */
  readonly port: number;
  readonly #registration: Registration;
  readonly #unregisterTimeoutMs: number;
  #stopping: Promise<void> | undefined;

  /**
   * @throws ConnectionError `ADDRESS_IN_USE` when no port of the range is free, `ENDPOINT_INVALID`
   * or `BIND_FAILED`.
   */
  constructor(definition: ServiceDefinition, options: ServiceOptions = {}) {
    const { listen = "*", registry = DEFAULT_REGISTRY } = options;
    const { port, links } = openLinks(definition, { ...options, listen, registry });
    super(definition, links, options);
    this.name = options.name ?? definition.name;
    this.address = options.address ?? addressOf(listen);
    this.port = port;
    this.#unregisterTimeoutMs = options.unregisterTimeoutMs ?? 5_000;
    try {
      // A registration that was not sent before the service closed must not be sent afterwards.
      const client = new RegistryClient(registry, { address: this.address, lingerMs: 0 });
      this.#registration = new Registration(client, this.name, port);
    } catch (error) {
      this.close();
      throw error;
    }
    // Nobody is sent here before the subclass's constructor is done.
    queueMicrotask(() => this.#registration.start());
  }

  /** How it stands with its registry. */
  get status(): ServiceStatus {
    return this.#registration.status;
  }

  /** Calls `listener` at each change of {@link status}, until the returned function is called. */
  onStatus(listener: (status: ServiceStatus) => void): () => void {
    return this.#registration.onStatus(listener);
  }

  /**
   * Fulfilled once the registry lists it, at once if it does already.
   *
   * @throws DividereError `TIMEOUT`, or `CLOSED` when it is stopped, or the signal's reason.
   */
  waitUntilRegistered(options?: WaitOptions): Promise<void> {
    return this.#registration.waitUntilRegistered(options);
  }

  /**
   * Stops in order: unregisters, then lets the requests at work finish and closes. Requests are
   * served until it is unregistered, which takes `unregisterTimeoutMs` at most, and no time where
   * the registry is gone. An entry under its name that is not its own is left alone.
   */
  override stop(): Promise<void> {
    this.#stopping ??= this.#withdrawAndStop();
    return this.#stopping;
  }

  /** Registers again; called when the registry asks for that. */
  handleRediscoverReq(_message: RediscoverReq, _context: EventContext): void {
    this.#registration.again();
  }

  /** @internal */
  override _ended(): void {
    // A service that could not be made is ended before this class has fields.
    if (#registration in this) this.#registration?.close();
  }

  async #withdrawAndStop(): Promise<void> {
    await this.#registration.withdraw(this.#unregisterTimeoutMs);
    await super.stop();
  }
}

function openLinks(
  definition: ServiceDefinition,
  settings: ServiceOptions & { readonly listen: string; readonly registry: string },
): { readonly port: number; readonly links: readonly ReceivingLink[] } {
  const { listen, registry, ports = Service.ports, subscribe } = settings;
  const served = servedTypes(definition);
  if (served.length === 0) {
    throw new ConnectionError(
      "ENDPOINT_INVALID",
      `tcp://${listen}`,
      `The service ${definition.typeName} has no requests to serve; its events need no registered service`,
    );
  }
  const eventsEndpoint = settings.registryEvents ?? eventsEndpointOf(registry, "registryEvents");
  const { opened, port } = openOnFreePort(
    listen,
    ports,
    (endpoint) => new Router(endpoint, served),
  );
  const links: ReceivingLink[] = [opened];
  try {
    links.push(new Subscriber(eventsEndpoint, [RediscoverReq]));
    if (subscribe !== undefined) links.push(new Subscriber(subscribe, publishedTypes(definition)));
  } catch (error) {
    for (const link of links) link.close();
    throw error;
  }
  return { port, links };
}

/** The address under which others reach what listens there. */
function addressOf(listen: string): string {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(listen) && listen !== "0.0.0.0") return listen;
  const own = networkInterfaces()[listen];
  return own === undefined ? localAddress() : localAddress({ [listen]: own });
}
