import { DividereError, RequestError } from "../base/errors.js";
import { CallHeaders } from "../messaging/call/headers.js";
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
import { TOKEN_HEADER } from "./ownership.js";

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
  readonly #token: string | undefined;

  /**
   * @param endpoint - The endpoint at which the registry answers requests.
   * @throws ConnectionError when the endpoint is invalid.
   * @throws DividereError `OPTION_INVALID` for an empty token.
   */
  constructor(endpoint: string = DEFAULT_REGISTRY, options: RegistryClientOptions = {}) {
    if (options.token === "") {
      throw new DividereError(
        "OPTION_INVALID",
        `The token for the registry at ${endpoint} is empty; leave the option out, or give a secret`,
      );
    }
    super(endpoint, options);
    this.address = options.address ?? localAddress();
    this.#token = options.token;
  }

  /**
   * Lists a service that listens on this machine, in place of an earlier service of that name. A
   * repeated call changes nothing.
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
    const { ok } = await this.call(RegisterService, ack, request, this.#proving(options));
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
    const { ok } = await this.call(UnregisterService, ack, request, this.#proving(options));
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

  /** The options of a call that changes an entry. */
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
