import { RequestError } from "../base/errors.js";
import type { CallOptions, RequestClientOptions } from "../messaging/client/call-options.js";
import { RequestClient } from "../messaging/client/request-client.js";
import {
  ack,
  RegisterService,
  ServiceLookupRep,
  ServiceLookupReq,
  UnregisterService,
} from "../wire/gen/MsgLib.js";
import { DEFAULT_REGISTRY } from "./endpoints.js";
import type { ServiceEntry } from "./entry.js";
import { localAddress } from "./local-address.js";

/** Options for {@link RegistryClient}. */
export interface RegistryClientOptions extends RequestClientOptions {
  /**
   * The host to register services with, to which clients on other machines connect. The result of
   * {@link localAddress} by default.
   */
  address?: string;
}

/**
 * A client of a registry, this package's or Python's (Python: `ServiceRegistry.Client`). Any number of
 * calls may be in flight.
 *
 * Each call waits for `timeoutMs` at most, 10 seconds by default. The time includes the wait for a
 * registry that has not started yet: the call is carried out when the registry starts. Python's
 * registry takes a second or two for each request of any client.
 *
 * @example
 * ```ts
 * import { RegistryClient } from "dividere/registry";
 *
 * await using registry = new RegistryClient("tcp://127.0.0.1:5000");
 * const entry = await registry.lookup("greeter", { timeoutMs: 1_000 });
 * console.log(entry === undefined ? "not listed" : `tcp://${entry.server}:${entry.port}`);
 * ```
 */
export class RegistryClient extends RequestClient {
  /** The host with which this client registers services. */
  readonly address: string;

  /**
   * @param endpoint - The endpoint at which the registry answers requests.
   * @throws ConnectionError when the endpoint is invalid.
   */
  constructor(endpoint: string = DEFAULT_REGISTRY, options: RegistryClientOptions = {}) {
    super(endpoint, options);
    this.address = options.address ?? localAddress();
  }

  /**
   * Lists a service that listens on this machine, in place of an earlier service of that name. A
   * repeated call changes nothing.
   *
   * @returns The entry in the registry's list.
   * @throws RequestError when the registry refuses the entry.
   * @throws DividereError `TIMEOUT` or `CLOSED`, or the signal's reason.
   */
  async register(name: string, port: number, options?: CallOptions): Promise<ServiceEntry> {
    const server = this.address;
    const request = { serviceName: name, server, port };
    const { ok } = await this.call(RegisterService, ack, request, options);
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
   * @throws DividereError `TIMEOUT` or `CLOSED`, or the signal's reason.
   */
  async unregister(name: string, port: number, options?: CallOptions): Promise<boolean> {
    const request = { serviceName: name, server: this.address, port };
    const { ok } = await this.call(UnregisterService, ack, request, options);
    return ok;
  }

  /**
   * Returns the address of the service of that name; `undefined` when it is not listed. The registry
   * does not check whether a listed service still runs.
   *
   * @throws DividereError `TIMEOUT` or `CLOSED`, or the signal's reason.
   */
  async lookup(name: string, options?: CallOptions): Promise<ServiceEntry | undefined> {
    const request = { serviceName: name };
    const { server, port } = await this.call(ServiceLookupReq, ServiceLookupRep, request, options);
    return port === 0 ? undefined : { name, server, port };
  }

  /** @internal */
  override _timeoutHint(): string {
    return "; is a registry running there?";
  }
}
