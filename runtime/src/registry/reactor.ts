import { RequestError } from "../base/errors.js";
import { log } from "../base/log.js";
import { ServiceReactor } from "../messaging/generated/reactor.js";
import type { ReceivingLink } from "../messaging/links/link.js";
import type { RequestContext } from "../messaging/reactor/context.js";
import type {
  ack,
  RegisterService,
  ServiceLookupRep,
  ServiceLookupReq,
  UnregisterService,
} from "../wire/gen/MsgLib.js";
import { registryDefinition, UNAVAILABLE } from "./definition.js";
import type { Ownership } from "./ownership.js";
import type { RegistryStore } from "./store.js";

/** The longest name of a service or a host, in bytes of UTF-8; a host name of DNS has no more. */
const MAX_NAME_BYTES = 255;

/** The parts of a registry besides its link. */
export interface RegistryParts {
  readonly store: RegistryStore;
  readonly owners: Ownership;
  /** The most entries. */
  readonly maxServices: number;
  /** Called when the link is closed, for any reason. */
  readonly onEnd: () => void;
}

/** Answers the requests to a registry. */
export class RegistryReactor extends ServiceReactor {
  readonly #store: RegistryStore;
  readonly #owners: Ownership;
  readonly #parts: RegistryParts;

  constructor(link: ReceivingLink, parts: RegistryParts) {
    // One request at a time, in the order of their arrival, as Python's registry does: an entry does
    // not change between the read from the store and the write.
    super(registryDefinition, link, { concurrency: 1 });
    this.#store = parts.store;
    this.#owners = parts.owners;
    this.#parts = parts;
  }

  async handleRegisterService(request: RegisterService, context: RequestContext): Promise<ack> {
    const { serviceName: name, server, port } = request;
    if (name === "" || server === "" || port < 1 || port > 65_535) {
      throw new RequestError(
        "INVALID_ARGUMENT",
        `A service has a name, a server and a port from 1 to 65535, not ${describe(request)}`,
      );
    }
    checkLength("name of a service", name);
    checkLength("host of a service", server);
    const before = await this.#store.get(name);
    if (before === undefined) await this.#checkRoom(name);
    else await this.#owners.check(name, context);
    await this.#store.put({ name, server, port });
    this.#owners.take(name, context);
    const again = before?.server === server && before.port === port;
    log("registry", again ? "debug" : "info", { name, server, port }, "registered a service");
    return { ok: true };
  }

  async handleUnregisterService(request: UnregisterService, context: RequestContext): Promise<ack> {
    const { serviceName: name, server, port } = request;
    const entry = await this.#store.get(name);
    const meant =
      entry !== undefined &&
      (server === "" || server === entry.server) &&
      (port === 0 || port === entry.port);
    if (meant) {
      await this.#owners.check(name, context);
      await this.#store.remove(name);
      this.#owners.release(name);
    }
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
    this.#parts.onEnd();
  }

  async #checkRoom(name: string): Promise<void> {
    const { maxServices } = this.#parts;
    const count = (await this.#store.size?.()) ?? this.#owners.size;
    if (count < maxServices) return;
    throw new RequestError(
      "RESOURCE_EXHAUSTED",
      `The registry lists ${count} services already and takes no more, so not ${JSON.stringify(name)}; raise its option maxServices, or unregister services that have ended`,
    );
  }
}

function checkLength(what: string, text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_NAME_BYTES) return;
  throw new RequestError(
    "INVALID_ARGUMENT",
    `The ${what} has ${bytes} bytes, and at most ${MAX_NAME_BYTES} are allowed: ${JSON.stringify(`${text.slice(0, 32)}…`)}`,
  );
}

function describe({ serviceName, server, port }: RegisterService): string {
  return `the name ${JSON.stringify(serviceName)}, the server ${JSON.stringify(server)} and the port ${port}`;
}
