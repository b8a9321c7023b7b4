import type { InstanceKey } from "../instance.js";
import type { StoredInstance } from "../store/store.js";

/** The keys under which the instances are: the prefix, the name and the id, each percent-encoded. */
export class Keys {
  readonly prefix: Buffer;
  /** The end of the range with the prefix. */
  readonly end: Buffer;
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
    this.prefix = Buffer.from(prefix);
    this.end = Buffer.from(this.prefix);
    const last = this.end.length - 1;
    this.end[last] = (this.end[last] ?? 0) + 1;
  }

  /** Returns the key of an instance. */
  of({ name, id }: InstanceKey): Buffer {
    return Buffer.from(`${this.#prefix}${encodeURIComponent(name)}/${encodeURIComponent(id)}`);
  }

  /** Reads a key; returns `undefined` for a key that is no instance's. */
  parse(key: Buffer): InstanceKey | undefined {
    const [name, id, more] = key.toString().slice(this.#prefix.length).split("/");
    if (name === undefined || id === undefined || more !== undefined) return undefined;
    try {
      return { name: decodeURIComponent(name), id: decodeURIComponent(id) };
    } catch {
      return undefined;
    }
  }
}

/** Writes a record as etcd keeps it. */
export function encodeRecord({ instance, owner }: StoredInstance): Buffer {
  return Buffer.from(JSON.stringify({ ...instance, owner }));
}

/** Reads a record; returns `undefined` for a value that is none. */
export function decodeRecord(value: Buffer): StoredInstance | undefined {
  try {
    const { owner, ...instance } = JSON.parse(value.toString());
    const { name, id, host, port, leaseMs, services, metadata } = instance;
    const texts = [name, id, host].every((each) => typeof each === "string");
    const numbers = [port, leaseMs].every((each) => typeof each === "number");
    if (!texts || !numbers || !Array.isArray(services) || typeof metadata !== "object")
      return undefined;
    return { instance: { ...instance, registeredAt: new Date(instance.registeredAt) }, owner };
  } catch {
    return undefined;
  }
}
