import type { Health, InstanceKey, ServiceInstance } from "../instance.js";

/** An instance as a store keeps it. */
export interface StoredInstance {
  /** The instance. Its `leaseMs` is 0 if the registry renews the lease itself, for a plain service. */
  readonly instance: ServiceInstance;
  /** The hash of the token that guards the instance, if it was registered with one. */
  readonly owner?: string | undefined;
}

/** The receiver of a store's content: the whole list first, then every change. */
export interface StoreWatcher {
  /**
   * Called with the whole list: at first, and again when the store cannot tell all changes since the
   * last call, such as after a lost connection.
   */
  reset(records: readonly StoredInstance[]): void;
  /** Called with an instance that was added, or that changed. */
  changed(record: StoredInstance): void;
  /** Called with the key of an instance that was removed, or whose lease has ended. */
  removed(key: InstanceKey): void;
  /**
   * Called when the store has not been able to tell its list, with the reason. The registry refuses
   * requests with it until {@link reset}, best with a `RequestError`, and lets them wait before.
   */
  failed?(reason: Error): void;
}

/**
 * A store for the instances of a {@link RegistryServer}, which may be shared by several servers. The store
 * ends leases: an instance that is neither renewed nor put again within its lease is removed.
 *
 * The server makes one call at a time for each name of a service, and reads only what {@link watch} has
 * told it: before `put`, `renew` or `remove` is fulfilled, the watchers of this object know of it. A store
 * that cannot carry out a call rejects, best with a `RequestError` of the status `UNAVAILABLE`.
 */
export interface RegistryStore {
  /**
   * Adds an instance, or replaces the instance with its name and id; its lease begins.
   *
   * @returns The granted lease, in milliseconds, which may be longer than `leaseMs`.
   */
  put(record: StoredInstance, leaseMs: number): number | Promise<number>;
  /**
   * Begins the lease of an instance anew, and changes its health if `health` is given.
   *
   * @returns The granted lease, in milliseconds; `undefined` if the instance is not listed.
   */
  renew(key: InstanceKey, health?: Health): number | undefined | Promise<number | undefined>;
  /** Removes an instance, and returns whether it was listed. */
  remove(key: InstanceKey): boolean | Promise<boolean>;
  /**
   * Tells the watcher the whole list as soon as it is known, then every change, until the returned
   * function is called.
   */
  watch(watcher: StoreWatcher): () => void;
}
