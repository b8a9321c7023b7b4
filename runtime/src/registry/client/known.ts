import type { WatchResponse } from "../../wire/gen/dividere/v1/registry.js";
import { keyText, type ServiceInstance, sameInstance } from "../instance.js";
import { instanceFromWire } from "../wire.js";
import type { RegistryEvent } from "./event.js";

/** The grace of a plain instance, which has no lease, in milliseconds. */
const PLAIN_GRACE_MS = 10_000;

/** What a watch knows: turns the responses of registries into events that fit together. */
export class KnownInstances {
  readonly #graceMs: number | undefined;
  readonly #instances = new Map<string, ServiceInstance>();
  /** The instances that a resumed registry does not list, with the end of their grace. */
  readonly #missing = new Map<string, number>();
  /** The instances that the current stream has told before its list was complete. */
  #seen: Set<string> | undefined = new Set();
  #listed = false;

  constructor(graceMs: number | undefined) {
    this.#graceMs = graceMs;
  }

  /** The end of the next grace, by the monotonic clock. */
  get nextExpiry(): number | undefined {
    if (this.#missing.size === 0) return undefined;
    return Math.min(...this.#missing.values());
  }

  /** Notes that the next response is the first of a new stream. */
  restart(): void {
    this.#seen = new Set();
    this.#missing.clear();
  }

  /** Takes a response in. */
  *take(response: WatchResponse): Generator<RegistryEvent, void, void> {
    for (const wire of response.changed) yield* this.#changed(instanceFromWire(wire));
    for (const { name, id } of response.removed) yield* this.#removed(keyText({ name, id }));
    if (!response.complete || this.#seen === undefined) return;
    const seen = this.#seen;
    this.#seen = undefined;
    if (!this.#listed) {
      this.#listed = true;
      yield { type: "listed", instances: [...this.#instances.values()] };
      return;
    }
    const now = performance.now();
    for (const [key, { leaseMs }] of this.#instances) {
      if (seen.has(key)) continue;
      this.#missing.set(key, now + (this.#graceMs ?? (leaseMs || PLAIN_GRACE_MS)));
    }
    yield* this.expired();
  }

  /** Removes the instances whose grace is over. */
  *expired(): Generator<RegistryEvent, void, void> {
    const now = performance.now();
    for (const [key, endsAt] of [...this.#missing]) if (endsAt <= now) yield* this.#removed(key);
  }

  *#changed(instance: ServiceInstance): Generator<RegistryEvent, void, void> {
    const key = keyText(instance);
    this.#seen?.add(key);
    this.#missing.delete(key);
    const before = this.#instances.get(key);
    this.#instances.set(key, instance);
    if (!this.#listed) return;
    if (before === undefined) yield { type: "added", instance };
    else if (!sameInstance(before, instance)) yield { type: "changed", instance, before };
  }

  *#removed(key: string): Generator<RegistryEvent, void, void> {
    this.#missing.delete(key);
    const instance = this.#instances.get(key);
    if (instance === undefined) return;
    this.#instances.delete(key);
    if (this.#listed) yield { type: "removed", instance };
  }
}
