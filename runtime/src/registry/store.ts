import type { ServiceEntry } from "./entry.js";

/**
 * Where a {@link RegistryServer} keeps what is registered. The server calls one method at a time and
 * waits for it, so a store needs no locks of its own; while it works, other requests wait.
 */
export interface RegistryStore {
  /** Lists a service, in place of the one that had its name. */
  put(entry: ServiceEntry): void | Promise<void>;
  /** The service of that name. */
  get(name: string): ServiceEntry | undefined | Promise<ServiceEntry | undefined>;
  /** Takes the service of that name off the list. */
  remove(name: string): void | Promise<void>;
}

/**
 * Keeps the list in memory. It is gone with the process, and the services fill the next one: that is
 * what a registry asks them for when it has started.
 *
 * @example
 * ```ts
 * import { MemoryRegistryStore, RegistryServer } from "dividere/registry";
 *
 * const store = new MemoryRegistryStore();
 * store.put({ name: "greeter", server: "192.0.2.1", port: 5100 }); // one that does not register
 * await using registry = new RegistryServer({ store });
 * await registry.stopped;
 * ```
 */
export class MemoryRegistryStore implements RegistryStore {
  readonly #entries = new Map<string, ServiceEntry>();

  put(entry: ServiceEntry): void {
    this.#entries.set(entry.name, entry);
  }

  get(name: string): ServiceEntry | undefined {
    return this.#entries.get(name);
  }

  remove(name: string): void {
    this.#entries.delete(name);
  }
}
