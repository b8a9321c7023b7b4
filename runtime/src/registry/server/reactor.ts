import { log } from "../../base/log.js";
import type { ServiceDefinition } from "../../messaging/call/rpc.js";
import { ServiceReactor } from "../../messaging/generated/reactor.js";
import type { ReceivingLink } from "../../messaging/links/link.js";
import type { EventContext, RequestContext } from "../../messaging/reactor/context.js";
import type { ReactorOptions } from "../../messaging/reactor/handler.js";
import type {
  ListRequest,
  ListResponse,
  RegisterRequest,
  RegisterResponse,
  RenewRequest,
  RenewResponse,
  UnregisterRequest,
  UnregisterResponse,
  WatchRequest,
  WatchResponse,
} from "../../wire/gen/dividere/v1/registry.js";
import { Instance, Instance_Health } from "../../wire/gen/dividere/v1/registry.js";
import type {
  ack,
  RegisterService,
  ServiceLookupRep,
  ServiceLookupReq,
  UnregisterService,
} from "../../wire/gen/MsgLib.js";
import { plainRegistryDefinition, registryDefinition, UNAVAILABLE } from "../definition.js";
import { addressText, bareHost } from "../instance.js";
import { healthFromWire, instanceFromWire, instanceToWire } from "../wire.js";
import { feed } from "./feed.js";
import type { Instances } from "./instances.js";
import type { View } from "./view.js";

/** The parts of a registry besides its link. */
export interface RegistryParts {
  readonly view: View;
  readonly instances: Instances;
  readonly options: Pick<ReactorOptions, "version" | "introspection">;
  /** Called when the link is closed, for any reason. */
  readonly onEnd: () => void;
}

/** Both services of a registry: a peer asks by either. */
const definition: ServiceDefinition = {
  ...registryDefinition,
  rpcs: {
    ...registryDefinition.rpcs,
    ...Object.fromEntries(
      Object.entries(plainRegistryDefinition.rpcs).map(([name, rpc]) => [`Plain${name}`, rpc]),
    ),
  },
};

/** The most watches at a time. */
const MAX_WATCHES = 10_000;

/** Answers the requests to a registry. */
export class RegistryReactor extends ServiceReactor {
  readonly #view: View;
  readonly #instances: Instances;
  readonly #onEnd: () => void;

  constructor(link: ReceivingLink, { view, instances, options, onEnd }: RegistryParts) {
    const { version, introspection } = options;
    super(definition, link, {
      maxStreams: MAX_WATCHES,
      ...(version !== undefined && { version }),
      ...(introspection !== undefined && { introspection }),
    });
    this.#view = view;
    this.#instances = instances;
    this.#onEnd = onEnd;
  }

  async handleRegisterRequest(
    { instance, leaseMs }: RegisterRequest,
    context: RequestContext,
  ): Promise<RegisterResponse> {
    const given = instanceFromWire(instance ?? Instance.create());
    const health = given.health === "UNKNOWN" ? "SERVING" : given.health;
    const listed = { ...given, host: bareHost(given.host), health, registeredAt: new Date() };
    return { leaseMs: await this.#instances.register(listed, leaseMs, context) };
  }

  async handleRenewRequest(
    { name, id, health }: RenewRequest,
    context: RequestContext,
  ): Promise<RenewResponse> {
    const changed =
      health === Instance_Health.HEALTH_UNSPECIFIED ? undefined : healthFromWire(health);
    return { leaseMs: await this.#instances.renew({ name, id }, changed, context) };
  }

  async handleUnregisterRequest(
    { name, id }: UnregisterRequest,
    context: RequestContext,
  ): Promise<UnregisterResponse> {
    const removed = await this.#instances.unregister(name, (each) => each.id === id, context);
    return { removed };
  }

  async handleListRequest({ name }: ListRequest, context: EventContext): Promise<ListResponse> {
    await this.#view.known(context);
    return { instances: this.#view.list(name).map(instanceToWire) };
  }

  async *handleWatchRequest(
    { name }: WatchRequest,
    context: EventContext,
  ): AsyncGenerator<WatchResponse, void, void> {
    await this.#view.known(context);
    yield* feed(this.#view, name, context.signal);
  }

  async handleRegisterService(request: RegisterService, context: RequestContext): Promise<ack> {
    const { serviceName: name, port } = request;
    const host = bareHost(request.server);
    const instance = {
      name,
      id: addressText(host, port),
      host,
      port,
      version: "",
      metadata: {},
      health: "UNKNOWN" as const,
      registeredAt: new Date(),
      leaseMs: 0,
      services: [],
    };
    await this.#instances.register(instance, undefined, context);
    return { ok: true };
  }

  async handleUnregisterService(request: UnregisterService, context: RequestContext): Promise<ack> {
    const { serviceName: name, port } = request;
    const server = bareHost(request.server);
    const ok = await this.#instances.unregister(
      name,
      (each) => (server === "" || server === each.host) && (port === 0 || port === each.port),
      context,
    );
    if (!ok) {
      const what = "refused to unregister: not listed at this address";
      log("registry", "info", { name, host: server, port }, what);
    }
    return { ok };
  }

  async handleServiceLookupReq(
    { serviceName }: ServiceLookupReq,
    context: EventContext,
  ): Promise<ServiceLookupRep> {
    await this.#view.known(context);
    const { host: server, port } = this.#view.next(serviceName) ?? { host: UNAVAILABLE, port: 0 };
    log("registry", "debug", { name: serviceName, server, port }, "looked a service up");
    return { serviceName, server, port };
  }

  /** Only logs: the sender has already been refused. */
  override onError(error: Error): void {
    log("registry", "warn", { err: error, endpoints: this.endpoints }, error.message);
  }

  /** @internal */
  override _ended(): void {
    this.#onEnd();
  }
}
