import { setTimeout as delay } from "node:timers/promises";
import { DividereError } from "../base/errors.js";
import { countdown } from "../base/wait.js";
import { type Security, securedBy } from "../connection/security/options.js";
import type { Endpoints } from "../connection/socket/endpoint.js";
import type { ServiceDefinition } from "../messaging/call/rpc.js";
import type { RequestClientOptions } from "../messaging/client/call-options.js";
import type { RequestClient } from "../messaging/client/request-client.js";
import { RegistryClient } from "../registry/client/client.js";
import { DEFAULT_REGISTRY } from "../registry/endpoints.js";
import { connectingEndpoint, type ServiceEntry } from "../registry/instance.js";
import { Following } from "./following.js";

/** Options for {@link lookup}. */
export interface LookupOptions {
  /**
   * The registry's endpoint for requests, or those of several registries with one store.
   * `tcp://localhost:5000` by default.
   */
  registry?: Endpoints;
  /**
   * The name of the service. By default the name in the proto file; a service in Python registers as
   * `module.Class`.
   */
  name?: string;
  /**
   * Whether the client follows the instances of the service as they come and go. `true` by default; `false`
   * keeps the one address of this lookup.
   */
  follow?: boolean;
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

/** A lookup is answered once, so `lookup` asks again. */
const ASK_AGAIN_AFTER_MS = 200;

/**
 * Makes a client of the service that is registered under a name. The client follows the registry: it shares
 * its calls among the instances of the service as they come and go, finishes the calls in hand on an instance that
 * leaves, and keeps the last known instances while no registry answers. When no instance is left, calls wait for
 * the next within their time. A service of another name that has taken an address refuses its calls.
 *
 * Python's registry lists one address for a name and tells no changes: the client asks it again while it is
 * connected to no instance.
 *
 * @returns The client, which the caller closes: following keeps the process running.
 * @throws DividereError `NOT_FOUND` when no service of that name is listed; `TIMEOUT` when none was
 *   listed in time with `wait`, or no registry answers; or the signal's reason.
 */
export async function lookup<C extends RequestClient>(
  ClientClass: new (endpoint: string, options?: RequestClientOptions) => C,
  definition: ServiceDefinition,
  options: LookupOptions = {},
): Promise<C> {
  const { registry: endpoints = DEFAULT_REGISTRY, name = definition.name, follow = true } = options;
  const secured = securedBy(options.security);
  const registry = new RegistryClient(endpoints, { lingerMs: 0, ...secured });
  try {
    const remaining = countdown(options.timeoutMs ?? 10_000);
    const { server, port } = await find(registry, name, options);
    const endpoint = connectingEndpoint(server, port);
    const client = new ClientClass(endpoint, { ...secured, serviceName: name, ...options.client });
    if (!follow) {
      registry.close();
      return client;
    }
    const following = new Following(registry, client, name, endpoint);
    await following.waitForList({ timeoutMs: remaining(), signal: options.signal });
    return client;
  } catch (error) {
    registry.close();
    throw error;
  }
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
