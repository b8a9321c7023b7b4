import { DividereError, RequestError } from "../../base/errors.js";
import { countdown } from "../../base/wait.js";
import { type Endpoints, endpointList } from "../../connection/socket/endpoint.js";
import { CallHeaders } from "../../messaging/call/headers.js";
import type { CallOptions, RequestClientOptions } from "../../messaging/client/call-options.js";
import { RequestClient } from "../../messaging/client/request-client.js";
import { Instance } from "../../wire/gen/dividere/v1/registry.js";
import { ack, RegisterService, UnregisterService } from "../../wire/gen/MsgLib.js";
import { lookupRpc, registryRpcs } from "../definition.js";
import { DEFAULT_REGISTRY } from "../endpoints.js";
import {
  bareHost,
  type Health,
  type InstanceInit,
  type InstanceKey,
  type ServiceEntry,
  type ServiceInstance,
} from "../instance.js";
import { localAddress } from "../local-address.js";
import { TOKEN_HEADER } from "../token.js";
import { healthToWire, instanceFromWire } from "../wire.js";
import type { RegistryEvent } from "./event.js";
import { persist } from "./persist.js";
import { type RegistryWatchOptions, watch } from "./watch.js";

/** Options for {@link RegistryClient}. */
export interface RegistryClientOptions extends RequestClientOptions {
  /**
   * The host to register services with, to which clients on other machines connect. The result of
   * {@link localAddress} by default.
   */
  address?: string;
  /**
   * A secret, shared by all that may replace or remove the services which this client registers, such
   * as the instances of one service. A registry of this package refuses everybody else; Python's takes
   * no notice. Without CURVE the token travels in the clear. None by default.
   */
  token?: string;
}

/**
 * A client of a registry, this package's or Python's (Python: `ServiceRegistry.Client`). Any number of
 * calls may be in flight.
 *
 * Each call waits for `timeoutMs` at most, 10 seconds by default. The time includes the wait for a
 * registry that has not started yet: the call is carried out when the registry starts. Python's
 * registry takes a second or two for each request of any client.
 *
 * With the endpoints of several registries, which have one store, the client asks one of them, and goes on to
 * the next when that one is lost.
 *
 * Leases, lists and watches need a registry of this package: with any other, their methods reject with the
 * status `UNIMPLEMENTED`, and send it nothing that it could not read.
 *
 * @example
 * ```ts
 * import { RegistryClient } from "dividere/registry";
 *
 * await using registry = new RegistryClient("tcp://127.0.0.1:5000");
 * for await (const event of registry.watch("greeter")) {
 *   if (event.type === "listed") console.log(event.instances.length, "instances");
 *   if (event.type === "added") console.log(event.instance.host, event.instance.port);
 * }
 * ```
 */
export class RegistryClient extends RequestClient {
  /** The host with which this client registers services. */
  readonly address: string;
  readonly #token: string | undefined;
  readonly #timeoutMs: number;

  /**
   * @param endpoints - The endpoint at which the registry answers requests, or those of several registries
   *   with one store.
   * @throws ConnectionError when an endpoint is invalid.
   * @throws DividereError `OPTION_INVALID` for an empty token.
   */
  constructor(endpoints: Endpoints = DEFAULT_REGISTRY, options: RegistryClientOptions = {}) {
    if (options.token === "") {
      throw new DividereError(
        "OPTION_INVALID",
        `The token for the registry at ${endpointList(endpoints).join(", ")} is empty; leave the option out, or give a secret`,
      );
    }
    super(endpoints, options);
    this._lines.choice = "lasting";
    this.address = bareHost(options.address ?? localAddress());
    this.#token = options.token;
    this.#timeoutMs = options.timeoutMs ?? 10_000;
  }

  /**
   * Lists a service that listens on this machine as a plain one, by Python's messages: it has no lease, and
   * the registry probes it. A repeated call changes nothing. A registry of this package lists any number of
   * addresses for a name; Python's replaces the earlier one.
   *
   * @returns The entry in the registry's list.
   * @throws RequestError when the registry refuses the entry: with the status `PERMISSION_DENIED` because
   *   the name is somebody else's, `RESOURCE_EXHAUSTED` because the list is full, `INVALID_ARGUMENT`
   *   because of a name that is too long.
   * @throws DividereError `TIMEOUT` or `CLOSED`, or the signal's reason.
   */
  async register(name: string, port: number, options?: CallOptions): Promise<ServiceEntry> {
    const server = this.address;
    const request = { serviceName: name, server, port };
    const { ok } = await this.#persist(options, (each) =>
      this.call(RegisterService, ack, request, each),
    );
    if (!ok) {
      throw new RequestError(
        "REFUSED",
        `The registry at ${this.endpoints.join(", ")} refused to list ${name} at ${server}:${port}`,
      );
    }
    return { name, server, port };
  }

  /**
   * Removes a service that {@link register} has listed.
   *
   * Python's registry removes any service of that name, and ends if the name is not listed: with
   * Python's registry, look the name up first.
   *
   * @returns Whether the service was listed.
   * @throws RequestError `PERMISSION_DENIED` when the entry is somebody else's.
   * @throws DividereError `TIMEOUT` or `CLOSED`, or the signal's reason.
   */
  async unregister(name: string, port: number, options?: CallOptions): Promise<boolean> {
    const request = { serviceName: name, server: this.address, port };
    const { ok } = await this.#persist(options, (each) =>
      this.call(UnregisterService, ack, request, each),
    );
    return ok;
  }

  /**
   * Returns the address of a service of that name; `undefined` when it is not listed. A registry of this
   * package gives the healthy instances of the name in turn.
   *
   * @throws DividereError `TIMEOUT` or `CLOSED`, or the signal's reason.
   */
  async lookup(name: string, options?: CallOptions): Promise<ServiceEntry | undefined> {
    const request = { serviceName: name };
    const { server, port } = await this.#persist(options, (each) =>
      this.callUnary(lookupRpc, request, each),
    );
    return port === 0 ? undefined : { name, server, port };
  }

  /**
   * Lists an instance with a lease, or replaces what is listed under its name and id. The entry is removed
   * when the lease ends before {@link renew}. The generated services do both by themselves.
   *
   * @param options - With `leaseMs`, the wanted lease in milliseconds; the registry's default without it.
   * @returns The granted lease, in milliseconds.
   * @throws RequestError as for {@link register}, or `UNIMPLEMENTED`.
   * @throws DividereError `TIMEOUT` or `CLOSED`, or the signal's reason.
   */
  async registerInstance(
    instance: InstanceInit,
    options: CallOptions & { readonly leaseMs?: number } = {},
  ): Promise<number> {
    const { metadata = {}, health = "SERVING", services = [], version = "" } = instance;
    const message = Instance.create({
      ...instance,
      version,
      metadata: new Map(Object.entries(metadata)),
      health: healthToWire(health),
      services: [...services],
    });
    const request = { instance: message, leaseMs: Math.ceil(options.leaseMs ?? 0) };
    const { leaseMs } = await this.#ours(options, (each) =>
      this.callUnary(registryRpcs.Register, request, each),
    );
    return leaseMs;
  }

  /**
   * Begins the lease of an instance anew, and changes its health if `health` is given.
   *
   * @returns The granted lease, in milliseconds.
   * @throws RequestError `NOT_FOUND` when the instance is not listed any more: register it again. Otherwise
   *   as for {@link registerInstance}.
   */
  async renew({ name, id }: InstanceKey, health?: Health, options?: CallOptions): Promise<number> {
    const request = { name, id, health: healthToWire(health ?? "UNKNOWN") };
    const { leaseMs } = await this.#ours(options, (each) =>
      this.callUnary(registryRpcs.Renew, request, each),
    );
    return leaseMs;
  }

  /**
   * Removes an instance that {@link registerInstance} has listed.
   *
   * @returns Whether the instance was listed.
   * @throws RequestError as for {@link registerInstance}.
   */
  async unregisterInstance({ name, id }: InstanceKey, options?: CallOptions): Promise<boolean> {
    const { removed } = await this.#ours(options, (each) =>
      this.callUnary(registryRpcs.Unregister, { name, id }, each),
    );
    return removed;
  }

  /**
   * Returns the listed instances of a name, or of all names, sorted by name and id. They include those that
   * take no calls; see {@link ServiceInstance.health}.
   *
   * @throws RequestError `UNIMPLEMENTED` when the registry is none of this package.
   * @throws DividereError `TIMEOUT` or `CLOSED`, or the signal's reason.
   */
  async list(name = "", options?: CallOptions): Promise<readonly ServiceInstance[]> {
    const { instances } = await this.#ours(options, (each) =>
      this.callUnary(registryRpcs.List, { name }, each),
    );
    return instances.map(instanceFromWire);
  }

  /**
   * Watches the instances of a name, or of all names: the list first, then every change, as long as the loop
   * goes on. The watch outlives a restart of the registry; see {@link RegistryEvent}.
   *
   * @throws RequestError `UNIMPLEMENTED` when the registry is none of this package.
   * @throws DividereError `CLOSED`, or the signal's reason.
   */
  watch(name = "", options: RegistryWatchOptions = {}): AsyncIterableIterator<RegistryEvent> {
    const source = {
      open: async (signal: AbortSignal | undefined) => {
        await this.#requireOurs({ ...(signal && { signal }), timeoutMs: this.#timeoutMs });
        return this.callServerStream(registryRpcs.Watch, { name }, signal ? { signal } : {});
      },
      skip: () => this._lines.skip(),
    };
    return watch(source, options);
  }

  /** Makes a call that another registry may answer too. */
  #persist<T>(
    options: CallOptions | undefined,
    attempt: (options: CallOptions) => Promise<T>,
  ): Promise<T> {
    const proving = this.#proving(options);
    return persist(this._lines, { timeoutMs: this.#timeoutMs, ...proving }, attempt);
  }

  /** Makes a call that only a registry of this package understands. */
  #ours<T>(
    options: CallOptions | undefined,
    attempt: (options: CallOptions) => Promise<T>,
  ): Promise<T> {
    return this.#persist(options, async (each) => {
      const remaining = countdown(each.timeoutMs);
      await this.#requireOurs(each);
      const timeoutMs = remaining();
      return attempt({ ...each, ...(timeoutMs !== undefined && { timeoutMs }) });
    });
  }

  /**
   * Makes sure that a registry of this package is connected: Python's would end at a message that it does not
   * know. What shows it is the answer to a lookup, which both understand.
   *
   * @throws RequestError `UNIMPLEMENTED`
   */
  async #requireOurs(options: CallOptions): Promise<void> {
    if (this._lines.features !== 0) return;
    if ((await this._featuresOf(lookupRpc, { serviceName: "" }, options)) !== 0) return;
    throw new RequestError(
      "UNIMPLEMENTED",
      `The registry at ${this.endpoints.join(", ")} is Python's or an older one, without leases, lists and watches; look names up instead`,
    );
  }

  /** The options of a call, with the token that proves the owner of an entry. */
  #proving(options: CallOptions | undefined): CallOptions | undefined {
    if (this.#token === undefined) return options;
    const headers = new CallHeaders(options?.headers);
    headers.set(TOKEN_HEADER, this.#token);
    return { ...options, headers };
  }

  /** @internal */
  override _timeoutHint(): string {
    return "; is a registry running there?";
  }
}
