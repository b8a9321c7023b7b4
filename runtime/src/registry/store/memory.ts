import { type Health, type InstanceKey, keyText } from "../instance.js";
import type { RegistryStore, StoredInstance, StoreWatcher } from "./store.js";

interface Lease {
  readonly record: StoredInstance;
  readonly leaseMs: number;
  /** The end of the lease, by the monotonic clock. */
  readonly endsAt: number;
}

/**
 * A store in memory. It is lost with the process; the services register again with the next registry,
 * because a registry asks for that after its start. Leases end only while a server watches the store: the
 * instances of a store whose server has stopped wait for the next server, and have one lease to renew.
 *
 * @example
 * ```ts
 * import { MemoryRegistryStore, RegistryServer } from "dividere/registry";
 *
 * const store = new MemoryRegistryStore(); // outlives the server
 * await using registry = new RegistryServer({ store });
 * await registry.stopped;
 * ```
 */
export class MemoryRegistryStore implements RegistryStore {
  readonly #leases = new Map<string, Lease>();
  readonly #watchers = new Set<StoreWatcher>();
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  put(record: StoredInstance, leaseMs: number): number {
    this.#set(record, leaseMs);
    for (const watcher of this.#watchers) watcher.changed(record);
    return leaseMs;
  }

  renew(key: InstanceKey, health?: Health): number | undefined {
    const lease = this.#leases.get(keyText(key));
    if (lease === undefined) return undefined;
    const { record, leaseMs } = lease;
    if (health === undefined || health === record.instance.health) {
      this.#set(record, leaseMs);
      return leaseMs;
    }
    return this.put({ ...record, instance: { ...record.instance, health } }, leaseMs);
  }

  remove(key: InstanceKey): boolean {
    const removed = this.#leases.delete(keyText(key));
    if (removed) for (const watcher of this.#watchers) watcher.removed(key);
    return removed;
  }

  watch(watcher: StoreWatcher): () => void {
    if (this.#watchers.size === 0) {
      for (const { record, leaseMs } of [...this.#leases.values()]) this.#set(record, leaseMs);
    }
    this.#watchers.add(watcher);
    this.#schedule();
    watcher.reset([...this.#leases.values()].map(({ record }) => record));
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) this.#stopTimer();
    };
  }

  #set(record: StoredInstance, leaseMs: number): void {
    const endsAt = performance.now() + leaseMs;
    this.#leases.set(keyText(record.instance), { record, leaseMs, endsAt });
    if (endsAt < this.#timerAt) this.#schedule();
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  /** Waits for the end of the lease that ends first. */
  #schedule(): void {
    this.#stopTimer();
    if (this.#watchers.size === 0) return;
    let first = Number.POSITIVE_INFINITY;
    for (const { endsAt } of this.#leases.values()) first = Math.min(first, endsAt);
    if (first === Number.POSITIVE_INFINITY) return;
    this.#timerAt = first;
    // A timer may come a millisecond early.
    this.#timer = setTimeout(() => this.#expire(), Math.ceil(first - performance.now()) + 1);
    this.#timer.unref();
  }

  #expire(): void {
    const now = performance.now();
    for (const { record, endsAt } of [...this.#leases.values()]) {
      if (endsAt <= now) this.remove(record.instance);
    }
    this.#schedule();
  }
}
