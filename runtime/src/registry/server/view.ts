import type { EventContext } from "../../messaging/reactor/context.js";
import { unlessAborted } from "../../messaging/stream/drive.js";
import { byKey, type Health, type InstanceKey, type ServiceInstance } from "../instance.js";
import type { StoredInstance, StoreWatcher } from "../store/store.js";

/** A change of a view: an instance as it is now, or the key of an instance that is gone. */
export type ViewChange =
  | { readonly type: "changed"; readonly instance: ServiceInstance }
  | { readonly type: "removed"; readonly key: InstanceKey };

/** The instances of one name. */
interface Named {
  readonly records: Map<string, StoredInstance>;
  /** The instances for look-ups; made anew after each change. */
  choice: readonly ServiceInstance[] | undefined;
  turn: number;
}

/**
 * What a registry knows of its store, so that look-ups wait for nothing. The health of a plain instance is
 * what this registry's own probes have shown; it is not in the store.
 */
export class View implements StoreWatcher {
  readonly #names = new Map<string, Named>();
  readonly #listeners = new Set<(change: ViewChange) => void>();
  #size = 0;
  #known = false;
  #failure: Error | undefined;
  #onTold!: () => void;
  readonly #whenTold: Promise<void> = new Promise((resolve) => {
    this.#onTold = resolve;
  });

  /**
   * Waits until the store has told its list, or the requester gives up.
   *
   * @throws the reason why the store cannot tell its list.
   */
  async known(requester: EventContext): Promise<void> {
    if (this.#known) return;
    await unlessAborted(requester.signal, this.#whenTold);
    if (!this.#known) throw this.#failure;
  }

  /** The number of instances. */
  get size(): number {
    return this.#size;
  }

  /** Returns the record of an instance. */
  get({ name, id }: InstanceKey): StoredInstance | undefined {
    return this.#names.get(name)?.records.get(id);
  }

  /** Returns the records of a name. */
  recordsOf(name: string): readonly StoredInstance[] {
    return [...(this.#names.get(name)?.records.values() ?? [])];
  }

  /** Returns the instances of a name, or of all names for an empty one, sorted. */
  list(name: string): readonly ServiceInstance[] {
    const names = name === "" ? [...this.#names.values()] : [this.#names.get(name)];
    const records = names.flatMap((named) => [...(named?.records.values() ?? [])]);
    return records.map(({ instance }) => instance).sort(byKey);
  }

  /**
   * Returns the instance for a look-up: the healthy instances of the name in turn. Plain instances that
   * could not be reached are chosen when there are no others: they may still be reached from elsewhere.
   */
  next(name: string): ServiceInstance | undefined {
    const named = this.#names.get(name);
    if (named === undefined) return undefined;
    named.choice ??= choiceOf(named.records);
    const { choice } = named;
    if (choice.length === 0) return undefined;
    named.turn = (named.turn + 1) % choice.length;
    return choice[named.turn];
  }

  /** Calls `listener` at each change, until the returned function is called. */
  onChange(listener: (change: ViewChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Notes what a probe of a plain instance has shown. */
  setHealth(key: InstanceKey, health: Health): void {
    const record = this.get(key);
    if (record === undefined || record.instance.health === health) return;
    this.#set({ ...record, instance: { ...record.instance, health } });
  }

  reset(records: readonly StoredInstance[]): void {
    const left = new Set(
      [...this.#names.values()].flatMap(({ records: all }) => [...all.values()]),
    );
    for (const record of records) {
      const before = this.get(record.instance);
      if (before !== undefined) left.delete(before);
      this.changed(record);
    }
    for (const { instance } of left) this.removed(instance);
    this.#known = true;
    this.#onTold();
  }

  failed(reason: Error): void {
    this.#failure = reason;
    this.#onTold();
  }

  changed(record: StoredInstance): void {
    const { instance } = record;
    const before = this.get(instance);
    // The store does not know what the probes have shown.
    const health =
      instance.leaseMs === 0 && before?.instance.leaseMs === 0
        ? before.instance.health
        : instance.health;
    this.#set(
      health === instance.health ? record : { ...record, instance: { ...instance, health } },
    );
  }

  removed(key: InstanceKey): void {
    const named = this.#names.get(key.name);
    if (named?.records.delete(key.id) !== true) return;
    this.#size--;
    named.choice = undefined;
    if (named.records.size === 0) this.#names.delete(key.name);
    this.#tell({ type: "removed", key: { name: key.name, id: key.id } });
  }

  #set(record: StoredInstance): void {
    const { instance } = record;
    let named = this.#names.get(instance.name);
    if (named === undefined) {
      named = { records: new Map(), choice: undefined, turn: -1 };
      this.#names.set(instance.name, named);
    }
    if (!named.records.has(instance.id)) this.#size++;
    named.records.set(instance.id, record);
    named.choice = undefined;
    this.#tell({ type: "changed", instance });
  }

  #tell(change: ViewChange): void {
    for (const listener of [...this.#listeners]) listener(change);
  }
}

function choiceOf(records: ReadonlyMap<string, StoredInstance>): readonly ServiceInstance[] {
  const all = [...records.values()].map(({ instance }) => instance);
  const healthy = all.filter(({ health }) => health !== "NOT_SERVING");
  return healthy.length > 0 ? healthy : all.filter(({ leaseMs }) => leaseMs === 0);
}
