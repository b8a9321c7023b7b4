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
   * The host that services are registered with: what clients on other machines connect to. The
   * address that {@link localAddress} finds by default.
   */
  address?: string;
}

/**
 * Asks a registry, ours or Python's (Python: `ServiceRegistry.Client`). Any number of calls may be in
 * flight.
 *
 * Each call waits `timeoutMs` at most, 10 seconds by default, and for all of it where there is no
 * registry yet: the call is carried out once one has come. Python's registry takes a second or two
 * for each request it is sent, by whomever.
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
  /** The host that services are registered with. */
  readonly address: string;

  /**
   * @param endpoint - Where the registry answers.
   * @throws ConnectionError when the endpoint is invalid.
   */
  constructor(endpoint: string = DEFAULT_REGISTRY, options: RegistryClientOptions = {}) {
    super(endpoint, options);
    this.address = options.address ?? localAddress();
  }

  /**
   * Lists a service that listens on this machine, in place of the one that had its name. May be
   * done again, which changes nothing.
   *
   * @returns The entry that is now listed.
   * @throws RequestError when the registry refuses it.
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
   * Takes a service that {@link register} has listed off the list.
   *
   * Python's registry takes whatever has the name, and dies of a name that it does not list: look
   * it up first where that may be so.
   *
   * @returns Whether it was listed.
   * @throws DividereError `TIMEOUT` or `CLOSED`, or the signal's reason.
   */
  async unregister(name: string, port: number, options?: CallOptions): Promise<boolean> {
    const request = { serviceName: name, server: this.address, port };
    const { ok } = await this.call(UnregisterService, ack, request, options);
    return ok;
  }

  /**
   * Where the service of that name listens; `undefined` when none is listed. Nobody looks whether
   * it is still there.
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
