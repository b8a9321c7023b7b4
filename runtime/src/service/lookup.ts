import { setTimeout as delay } from "node:timers/promises";
import { DividereError } from "../base/errors.js";
import type { ServiceDefinition } from "../messaging/call/rpc.js";
import type { RequestClientOptions } from "../messaging/client/call-options.js";
import type { RequestClient } from "../messaging/client/request-client.js";
import { RegistryClient } from "../registry/client.js";
import { DEFAULT_REGISTRY } from "../registry/endpoints.js";
import type { ServiceEntry } from "../registry/entry.js";

/** How to find a service by its name. */
export interface LookupOptions {
  /** Where the registry answers. `tcp://localhost:5000` by default. */
  registry?: string;
  /**
   * The name to look for. The one that the proto file gives by default; a service written in Python
   * is registered as `module.Class`.
   */
  name?: string;
  /** Whether to wait for a service that is not listed yet, instead of failing at once. */
  wait?: boolean;
  /** How long all of it may take, in milliseconds. 10,000 by default; `Infinity` is as long as it takes. */
  timeoutMs?: number;
  /** Gives up when it is aborted, with the signal's reason. */
  signal?: AbortSignal;
  /** Options for the client; its `timeoutMs` is that of the calls. */
  client?: RequestClientOptions;
}

/** A registry does not tell when a service has come, so it is asked again. */
const ASK_AGAIN_AFTER_MS = 200;

/**
 * Makes a client of the service that is registered under a name. The registry is asked once: the
 * client stays with that address, and follows a service that restarts there, but not one that moves.
 *
 * @returns The client, which the caller closes.
 * @throws DividereError `NOT_FOUND` when no service of that name is listed; `TIMEOUT` when `wait` was
 * in vain or no registry answers; or the signal's reason.
 */
export async function lookup<C extends RequestClient>(
  ClientClass: new (endpoint: string, options?: RequestClientOptions) => C,
  definition: ServiceDefinition,
  options: LookupOptions = {},
): Promise<C> {
  const { registry: endpoint = DEFAULT_REGISTRY, name = definition.name } = options;
  await using registry = new RegistryClient(endpoint, { lingerMs: 0 });
  const { server, port } = await find(registry, name, options);
  // The ">" connects whatever the registry says: a server "*" would bind.
  return new ClientClass(`>tcp://${server}:${port}`, options.client);
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
