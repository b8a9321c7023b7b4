import type { Etcd3 } from "etcd3";
import { DividereError } from "../../base/errors.js";
import type { Health, InstanceKey } from "../instance.js";
import type { RegistryStore, StoredInstance, StoreWatcher } from "../store/store.js";
import { connect, untilAnswered } from "./calls.js";
import { Renewals } from "./leases.js";
import { encodeRecord, Keys } from "./record.js";
import { Replica } from "./replica.js";

/** Options for {@link EtcdRegistryStore}. */
export interface EtcdRegistryStoreOptions {
  /** The members of the cluster, such as `http://10.0.0.1:2379`. */
  hosts: readonly string[];
  /** The beginning of every key. `dividere/registry/` by default. */
  prefix?: string;
  /** The user and the password, if the cluster demands them. */
  auth?: { readonly username: string; readonly password: string };
  /** The certificates for members at `https://`, in PEM; the system's by default. */
  credentials?: {
    readonly rootCertificate: Buffer;
    readonly privateKey?: Buffer;
    readonly certChain?: Buffer;
  };
  /**
   * The time limit for a write, and for the first reading of the list, in milliseconds: long enough for the election of a leader. 4,000 by default, less
   * than the third of a lease in which a service renews would be without effect.
   */
  timeoutMs?: number;
}

/**
 * A store in etcd, version 3.4 or later: any number of registries, each with a store of its own to the same
 * cluster and prefix, serve one list, and any of them can die.
 *
 * - Each instance has a lease of etcd, in whole seconds, which any registry renews. etcd grants no lease shorter
 *   than its election time, about two seconds.
 * - Every registry keeps the list in memory, by a watch of etcd, and answers look-ups from it. While no majority of
 *   etcd answers, it keeps the last known list, and refuses changes with the status `UNAVAILABLE`; etcd gives
 *   every lease its full time anew when it has elected a leader.
 *
 * The caller closes the store, after its server.
 *
 * @example
 * ```ts
 * import { RegistryServer } from "dividere/registry";
 * import { EtcdRegistryStore } from "dividere/registry/etcd";
 *
 * await using store = new EtcdRegistryStore({
 *   hosts: ["http://10.0.0.1:2379", "http://10.0.0.2:2379", "http://10.0.0.3:2379"],
 * });
 * await using registry = new RegistryServer({ store });
 * await registry.stopped;
 * ```
 */
export class EtcdRegistryStore implements RegistryStore, AsyncDisposable {
  readonly #etcd: Etcd3;
  readonly #keys: Keys;
  readonly #replica: Replica;
  readonly #renewals: Renewals;
  readonly #timeoutMs: number;

  /** @throws DividereError `OPTION_INVALID` for an empty list of hosts or an empty prefix. */
  constructor(options: EtcdRegistryStoreOptions) {
    const { prefix = "dividere/registry/", timeoutMs = 4_000, ...address } = options;
    if (address.hosts.length === 0 || prefix === "") {
      throw new DividereError(
        "OPTION_INVALID",
        "The store in etcd needs at least one host, such as http://127.0.0.1:2379, and a prefix that is not empty",
      );
    }
    this.#etcd = connect(address);
    this.#keys = new Keys(prefix);
    this.#timeoutMs = timeoutMs;
    this.#renewals = new Renewals(this.#etcd);
    this.#replica = new Replica(this.#etcd, this.#keys, timeoutMs);
  }

  /** Lists an instance; see {@link RegistryStore.put}. */
  async put(record: StoredInstance, leaseMs: number): Promise<number> {
    const TTL = Math.ceil(leaseMs / 1_000);
    const key = this.#keys.of(record.instance);
    const { granted, revision } = await this.#call("list an instance", async () => {
      const grant = await this.#etcd.leaseClient.leaseGrant({ TTL });
      const { header } = await this.#etcd.kv.put({
        key,
        value: encodeRecord(withLease(record, Number(grant.TTL) * 1_000)),
        lease: grant.ID,
      });
      return { granted: Number(grant.TTL) * 1_000, revision: header.revision };
    });
    await this.#replica.reached(revision);
    return granted;
  }

  /** Renews the lease of an instance; see {@link RegistryStore.renew}. */
  async renew(key: InstanceKey, health?: Health): Promise<number | undefined> {
    const leaseId = this.#replica.leaseOf(key);
    const record = this.#replica.recordOf(key);
    if (leaseId === undefined || record === undefined) return undefined;
    const seconds = await this.#call("renew a lease", () => this.#renewals.renew(leaseId));
    if (seconds === 0) return undefined;
    if (health !== undefined && health !== record.instance.health) {
      const changed = { ...record, instance: { ...record.instance, health } };
      const { header } = await this.#call("change an instance", () =>
        this.#etcd.kv.put({
          key: this.#keys.of(key),
          value: encodeRecord(changed),
          lease: leaseId,
        }),
      );
      await this.#replica.reached(header.revision);
    }
    return seconds * 1_000;
  }

  /** Removes an instance; see {@link RegistryStore.remove}. */
  async remove(key: InstanceKey): Promise<boolean> {
    const known = this.#replica.recordOf(key) !== undefined;
    const { header, deleted } = await this.#call("remove an instance", () =>
      this.#etcd.kv.deleteRange({ key: this.#keys.of(key) }),
    );
    await this.#replica.reached(header.revision);
    // A repeated attempt finds nothing left to delete.
    return known || Number(deleted) > 0;
  }

  /** Tells the list and its changes; see {@link RegistryStore.watch}. */
  watch(watcher: StoreWatcher): () => void {
    return this.#replica.watch(watcher);
  }

  /** Closes the connections to etcd. Leases go on until they end. Repeated calls do nothing. */
  close(): void {
    this.#replica.close();
    this.#renewals.close();
    this.#etcd.close();
  }

  /** The same as {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #call<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    return untilAnswered(what, this.#timeoutMs, attempt);
  }
}

/** The record with the lease that etcd has granted; a plain instance, whose lease is the registry's, has 0. */
function withLease({ instance, owner }: StoredInstance, granted: number): StoredInstance {
  return { instance: { ...instance, leaseMs: instance.leaseMs === 0 ? 0 : granted }, owner };
}
