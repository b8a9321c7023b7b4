import { RegistryClient } from "dividere/registry";
import type { ClientKeyOptions } from "../../app/options.js";
import { clientSecurity } from "../../connect/keys.js";

/** The longest wait for an answer of the registry, in milliseconds. */
const TIMEOUT_MS = 3_000;

/** An instance as a registry lists it. */
export interface Listed {
  readonly name: string;
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly version: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly health: "UNKNOWN" | "SERVING" | "NOT_SERVING";
  readonly leaseMs: number;
  readonly services: readonly string[];
}

/** A step of a watch; the list comes first. */
export type DirectoryEvent =
  | { readonly type: "listed"; readonly instances: readonly Listed[] }
  | { readonly type: "added" | "removed"; readonly instance: Listed }
  | { readonly type: "changed"; readonly instance: Listed; readonly before: Listed }
  | { readonly type: "lost"; readonly error: Error }
  | { readonly type: "resumed" };

/** What tells the monitor which instances there are. */
export interface Directory {
  readonly endpoint: string;
  /** Yields the list and its changes; rejects when the signal is aborted or the registry has no watch. */
  watch(signal: AbortSignal): AsyncIterable<DirectoryEvent>;
}

/** Makes the directory of a registry. */
export function registryDirectory(endpoint: string, keys: ClientKeyOptions): Directory {
  return {
    endpoint,
    async *watch(signal) {
      // Several registries of one store, as all commands take them.
      const endpoints = endpoint.split(",");
      const security = clientSecurity(keys, endpoints);
      const options = { lingerMs: 0, timeoutMs: TIMEOUT_MS, ...security };
      await using client = new RegistryClient(endpoints, options);
      yield* client.watch("", { signal });
    },
  };
}
