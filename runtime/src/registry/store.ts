import type { ServiceEntry } from "./entry.js";

/**
 * A store for the services of a {@link RegistryServer}. The server calls one method at a time and waits
 * for it, so a store needs no locks; meanwhile other requests wait.
 */
export interface RegistryStore {
  /** Adds a service, in place of an earlier service of that name. */
  put(entry: ServiceEntry): void | Promise<void>;
  /** Returns the service of that name; `undefined` if there is none. */
  get(name: string): ServiceEntry | undefined | Promise<ServiceEntry | undefined>;
  /** Removes the service of that name. */
  remove(name: string): void | Promise<void>;
  /**
   * Returns the number of services, which the server compares with its `maxServices`. The server counts
   * the names that were registered since it started with a store that has no such method.
   */
  size?(): number | Promise<number>;
}

/**
 * A store in memory. It is lost with the process; the services register again with the next registry,
 * because a registry asks for that after its start.
 *
 * @example
 * ```ts
 * import { MemoryRegistryStore, RegistryServer } from "dividere/registry";
 *
 * const store = new MemoryRegistryStore();
 * store.put({ name: "greeter", server: "192.0.2.1", port: 5100 }); // does not register itself
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

  size(): number {
    return this.#entries.size;
  }
}
