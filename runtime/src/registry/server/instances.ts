import { RequestError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import type { RequestContext } from "../../messaging/reactor/context.js";
import type { Health, InstanceKey, ServiceInstance } from "../instance.js";
import type { RegistryStore, StoredInstance } from "../store/store.js";
import { OneAtATime } from "./one-at-a-time.js";
import type { Ownership } from "./ownership.js";
import { validateInstance, validateKey } from "./validate.js";
import type { View } from "./view.js";

/** The lease that a registry grants for a request, in milliseconds. */
export interface LeaseLimits {
  readonly leaseMs: number;
  readonly minLeaseMs: number;
  readonly maxLeaseMs: number;
}

/** The parts that change the list of a registry. */
export interface InstancesParts {
  readonly view: View;
  readonly store: RegistryStore;
  readonly owners: Ownership;
  readonly leases: LeaseLimits;
  /** The lease of a plain instance, which the registry renews while it reaches the instance. */
  readonly plainLeaseMs: number;
  /** The most instances. */
  readonly maxServices: number;
}

/** Changes the list of a registry on behalf of a request, after it has checked the right to. */
export class Instances {
  readonly #parts: InstancesParts;
  /** So that an instance does not change between the checks and the write. */
  readonly #turns = new OneAtATime();

  constructor(parts: InstancesParts) {
    this.#parts = parts;
    parts.view.onChange((change) => {
      if (change.type === "removed") parts.owners.release(change.key);
    });
  }

  /** Lists an instance, in place of any other of its name at its address; returns the granted lease. */
  register(
    instance: ServiceInstance,
    wantedMs: number | undefined,
    context: RequestContext,
  ): Promise<number> {
    validateInstance(instance);
    const { view, store, owners } = this.#parts;
    return this.#turns.run(instance.name, async () => {
      await view.known(context);
      const { name, id, host, port } = instance;
      const records = view.recordsOf(name);
      await owners.checkName(records, context);
      const replaced = records.filter((each) => each.instance.id === id || isAt(each, host, port));
      for (const record of replaced) await owners.check(record, context);
      if (replaced.length === 0) this.#checkRoom(name);
      // The port can be bound once, so an earlier instance there has ended.
      for (const record of replaced)
        if (record.instance.id !== id) await store.remove(record.instance);
      const before = replaced.find((record) => record.instance.id === id)?.instance;
      const plain = wantedMs === undefined;
      const leaseMs = plain ? this.#parts.plainLeaseMs : this.#granted(wantedMs);
      const registeredAt = before?.registeredAt ?? instance.registeredAt;
      const owner = owners.take(instance, context);
      const listed = { ...instance, registeredAt, leaseMs: plain ? 0 : leaseMs };
      const granted = await store.put({ instance: listed, owner }, leaseMs);
      log(
        "registry",
        before === undefined ? "info" : "debug",
        { name, id, host, port },
        "registered",
      );
      return granted;
    });
  }

  /** Renews the lease of an instance; returns the granted lease. */
  renew(key: InstanceKey, health: Health | undefined, context: RequestContext): Promise<number> {
    validateKey(key);
    const { view, store, owners } = this.#parts;
    return this.#turns.run(key.name, async () => {
      await view.known(context);
      const record = view.get(key);
      if (record !== undefined) await owners.check(record, context);
      const granted = record && (await store.renew(key, health));
      if (granted !== undefined) return granted;
      throw new RequestError(
        "NOT_FOUND",
        `No instance ${key.id} of ${JSON.stringify(key.name)} is listed; its lease may have ended: register it again`,
      );
    });
  }

  /** Begins the lease of a plain instance anew, if the instance is listed. */
  async keep(key: InstanceKey): Promise<void> {
    await this.#turns.run(key.name, async () => this.#parts.store.renew(key));
  }

  /** Removes the instances of a name that `meant` selects; returns whether there were any. */
  unregister(
    name: string,
    meant: (instance: ServiceInstance) => boolean,
    context: RequestContext,
  ): Promise<boolean> {
    const { view, store, owners } = this.#parts;
    return this.#turns.run(name, async () => {
      await view.known(context);
      const records = view.recordsOf(name).filter(({ instance }) => meant(instance));
      for (const record of records) await owners.check(record, context);
      let removed = false;
      for (const { instance } of records) {
        removed = (await store.remove(instance)) || removed;
        const { id, host, port } = instance;
        log("registry", "info", { name, id, host, port }, "unregistered");
      }
      return removed;
    });
  }

  #granted(wantedMs: number): number {
    const { leaseMs, minLeaseMs, maxLeaseMs } = this.#parts.leases;
    return Math.min(Math.max(wantedMs === 0 ? leaseMs : wantedMs, minLeaseMs), maxLeaseMs);
  }

  #checkRoom(name: string): void {
    const { maxServices, view } = this.#parts;
    if (view.size < maxServices) return;
    throw new RequestError(
      "RESOURCE_EXHAUSTED",
      `The registry lists ${view.size} services already and takes no more, so not ${JSON.stringify(name)}; raise its option maxServices, or unregister services that have ended`,
    );
  }
}

function isAt({ instance }: StoredInstance, host: string, port: number): boolean {
  return instance.host === host && instance.port === port;
}
