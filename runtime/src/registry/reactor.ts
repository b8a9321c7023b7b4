import { RequestError } from "../base/errors.js";
import { log } from "../base/log.js";
import { ServiceReactor } from "../messaging/generated/reactor.js";
import type { ReceivingLink } from "../messaging/links/link.js";
import type {
  ack,
  RegisterService,
  ServiceLookupRep,
  ServiceLookupReq,
  UnregisterService,
} from "../wire/gen/MsgLib.js";
import { registryDefinition, UNAVAILABLE } from "./definition.js";
import type { RegistryStore } from "./store.js";

/** Answers the requests to a registry. */
export class RegistryReactor extends ServiceReactor {
  readonly #store: RegistryStore;
  readonly #onEnd: () => void;

  /** @param onEnd - Called when the link is closed, for any reason. */
  constructor(link: ReceivingLink, store: RegistryStore, onEnd: () => void) {
    // One request at a time, in the order of their arrival, as Python's registry does: an entry does
    // not change between the read from the store and the write.
    super(registryDefinition, link, { concurrency: 1 });
    this.#store = store;
    this.#onEnd = onEnd;
  }

  async handleRegisterService(request: RegisterService): Promise<ack> {
    const { serviceName: name, server, port } = request;
    if (name === "" || server === "" || port < 1 || port > 65_535) {
      throw new RequestError(
        "INVALID_ARGUMENT",
        `A service has a name, a server and a port from 1 to 65535, not ${describe(request)}`,
      );
    }
    const before = await this.#store.get(name);
    await this.#store.put({ name, server, port });
    const again = before?.server === server && before.port === port;
    log("registry", again ? "debug" : "info", { name, server, port }, "registered a service");
    return { ok: true };
  }

  async handleUnregisterService(request: UnregisterService): Promise<ack> {
    const { serviceName: name, server, port } = request;
    const entry = await this.#store.get(name);
    const meant =
      entry !== undefined &&
      (server === "" || server === entry.server) &&
      (port === 0 || port === entry.port);
    if (meant) await this.#store.remove(name);
    const what = meant
      ? "unregistered a service"
      : "refused to unregister: not listed at this address";
    log("registry", "info", { name, server, port }, what);
    return { ok: meant };
  }

  async handleServiceLookupReq({ serviceName }: ServiceLookupReq): Promise<ServiceLookupRep> {
    const entry = await this.#store.get(serviceName);
    const { server, port } = entry ?? { server: UNAVAILABLE, port: 0 };
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

function describe({ serviceName, server, port }: RegisterService): string {
  return `the name ${JSON.stringify(serviceName)}, the server ${JSON.stringify(server)} and the port ${port}`;
}
