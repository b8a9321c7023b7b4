import { setTimeout as delay } from "node:timers/promises";
import { DividereError } from "../base/errors.js";
import { type Security, securedBy } from "../connection/security/options.js";
import type { ServiceDefinition } from "../messaging/call/rpc.js";
import type { RequestClientOptions } from "../messaging/client/call-options.js";
import type { RequestClient } from "../messaging/client/request-client.js";
import { RegistryClient } from "../registry/client/client.js";
import { DEFAULT_REGISTRY } from "../registry/endpoints.js";
import type { ServiceEntry } from "../registry/instance.js";

/** Options for {@link lookup}. */
export interface LookupOptions {
  /** The registry's endpoint for requests. `tcp://localhost:5000` by default. */
  registry?: string;
  /**
   * The name of the service. By default the name in the proto file; a service in Python registers as
   * `module.Class`.
   */
  name?: string;
  /** Whether to wait for a service that is not listed yet, instead of failing at once. */
  wait?: boolean;
  /** The time limit for the whole lookup, in milliseconds. 10,000 by default; `Infinity` for none. */
  timeoutMs?: number;
  /** Ends the lookup with the signal's reason when it is aborted. */
  signal?: AbortSignal;
  /**
   * How the registry is asked over CURVE. The client is secured the same way, unless its own option
   * `client.security` says how.
   */
  security?: Security;
  /** Options for the client; their `timeoutMs` applies to its calls. */
  client?: RequestClientOptions;
}

/** A registry does not report new services, so `lookup` asks again. */
const ASK_AGAIN_AFTER_MS = 200;

/**
 * Makes a client of the service that is registered under a name. The client keeps the address from
 * this one lookup: it reconnects to a service that restarts there, but does not find a service that
 * moves. A service of another name that listens there then refuses its calls.
 *
 * @returns The client, which the caller closes.
 * @throws DividereError `NOT_FOUND` when no service of that name is listed; `TIMEOUT` when none was
 *   listed in time with `wait`, or no registry answers; or the signal's reason.
 */
export async function lookup<C extends RequestClient>(
  ClientClass: new (endpoint: string, options?: RequestClientOptions) => C,
  definition: ServiceDefinition,
  options: LookupOptions = {},
): Promise<C> {
  const { registry: endpoint = DEFAULT_REGISTRY, name = definition.name } = options;
  const secured = securedBy(options.security);
  await using registry = new RegistryClient(endpoint, { lingerMs: 0, ...secured });
  const { server, port } = await find(registry, name, options);
  // The ">" connects in every case: with the server "*" from a registry the client would bind.
  return new ClientClass(`>tcp://${server}:${port}`, {
    ...secured,
    serviceName: name,
    ...options.client,
  });
}

async function find(
  registry: RegistryClient,
  name: string,
  options: LookupOptions,
): Promise<ServiceEntry> {
  const { timeoutMs = 10_000, signal, wait = false } = options;
  const deadline = performance.now() + timeoutMs;
  const remaining = () => deadline - performance.now();
  for (;;) {
    const entry = await registry.lookup(name, {
      timeoutMs: remaining(),
      ...(signal && { signal }),
    });
    if (entry !== undefined) return entry;
    if (!wait) throw notListed("NOT_FOUND", registry, name);
    if (remaining() < ASK_AGAIN_AFTER_MS) {
      throw notListed("TIMEOUT", registry, name, `within ${timeoutMs} ms `);
    }
    await delay(ASK_AGAIN_AFTER_MS);
    signal?.throwIfAborted();
  }
}

function notListed(
  code: "NOT_FOUND" | "TIMEOUT",
  registry: RegistryClient,
  name: string,
  within = "",
): DividereError {
  return new DividereError(
    code,
    `No service "${name}" was listed ${within}by the registry at ${registry.endpoints.join(", ")}; is it running, and registered under that name?`,
  );
}
