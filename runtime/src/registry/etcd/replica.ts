import { setTimeout as delay } from "node:timers/promises";
import type { Etcd3 } from "etcd3";
import { toError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import { openWait, timer } from "../../base/wait.js";
import { type InstanceKey, keyText } from "../instance.js";
import type { StoredInstance, StoreWatcher } from "../store/store.js";
import { lastingFailure } from "./calls.js";
import { decodeRecord, type Keys } from "./record.js";

type Stream = Awaited<ReturnType<Etcd3["watchClient"]["watch"]>>;

/** An instance with its lease in etcd. */
interface Entry {
  readonly record: StoredInstance;
  readonly leaseId: string;
}

/** The interval at which etcd has to show that the watch is up to date, in milliseconds. */
const PROGRESS_MS = 2_000;

/** The pause before a failed watch is begun anew, in milliseconds. */
const AGAIN_AFTER_MS = 100;

/** The content of etcd under a prefix, kept up to date by a watch. */
export class Replica {
  readonly #etcd: Etcd3;
  readonly #keys: Keys;
  readonly #watchers = new Set<StoreWatcher>();
  readonly #entries = new Map<string, Entry>();
  readonly #behind = new Set<{ readonly revision: bigint; resolve(): void }>();
  readonly #closing = new AbortController();
  readonly #timeoutMs: number;
  #revision = 0n;
  #known = false;
  /** The time of the first failure since the last success. */
  #failingSince: number | undefined;
  /** Why the list could not be read at first. */
  #failure: Error | undefined;

  /** @param timeoutMs - The time limit for the first reading of the list. */
  constructor(etcd: Etcd3, keys: Keys, timeoutMs: number) {
    this.#etcd = etcd;
    this.#keys = keys;
    this.#timeoutMs = timeoutMs;
    void this.#run();
  }

  /** Returns the lease of an instance; `undefined` if the instance is not known. */
  leaseOf(key: InstanceKey): string | undefined {
    return this.#entries.get(keyText(key))?.leaseId;
  }

  /** Returns the record of an instance. */
  recordOf(key: InstanceKey): StoredInstance | undefined {
    return this.#entries.get(keyText(key))?.record;
  }

  watch(watcher: StoreWatcher): () => void {
    this.#watchers.add(watcher);
    if (this.#known) watcher.reset(this.#records());
    else if (this.#failure !== undefined) watcher.failed?.(this.#failure);
    return () => this.#watchers.delete(watcher);
  }

  /** Waits until the replica has a revision; the write is done all the same if that takes too long. */
  async reached(revision: string): Promise<void> {
    if (this.#revision >= BigInt(revision)) return;
    const wait = openWait<void>({ timeoutMs: PROGRESS_MS }, () => "");
    const behind = { revision: BigInt(revision), resolve: () => wait.resolve() };
    this.#behind.add(behind);
    await wait.promise.catch(() => {});
    this.#behind.delete(behind);
  }

  close(): void {
    this.#closing.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        await this.#follow();
      } catch (error) {
        if (signal.aborted) return;
        this.#failed(error);
        await delay(AGAIN_AFTER_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  #failed(error: unknown): void {
    const now = performance.now();
    if (this.#failingSince === undefined) {
      this.#failingSince = now;
      const what = `keeps the last known list, as etcd cannot be watched: ${toError(error).message}`;
      log("registry", "warn", { err: error }, what);
    }
    if (this.#known) return;
    const late = now - this.#failingSince >= this.#timeoutMs;
    this.#failure = lastingFailure("tell the list of instances", error, late);
    if (this.#failure === undefined) return;
    for (const watcher of this.#watchers) watcher.failed?.(this.#failure);
  }

  /** Reads everything, then follows the changes until the watch fails. */
  async #follow(): Promise<void> {
    const { prefix: key, end: range_end } = this.#keys;
    const { kvs, header } = await this.#etcd.kv.range({ key, range_end });
    this.#entries.clear();
    for (const kv of kvs) this.#put(kv.key, kv.value, kv.lease);
    this.#revision = BigInt(header.revision);
    this.#known = true;
    for (const watcher of this.#watchers) watcher.reset(this.#records());
    this.#caughtUp();
    if (this.#failingSince !== undefined) log("registry", "info", {}, "watches etcd again");
    this.#failingSince = undefined;
    const stream = await this.#etcd.watchClient.watch();
    try {
      stream.write({
        create_request: { key, range_end, start_revision: String(this.#revision + 1n) },
      });
      await this.#read(stream);
    } finally {
      stream.cancel();
    }
  }

  /** Takes the events of a watch in; ends with an error. */
  #read(stream: Stream): Promise<never> {
    const { signal } = this.#closing;
    return new Promise<never>((_, reject) => {
      let stop = (): void => {};
      let over = false;
      const fail = (error: unknown): void => {
        over = true;
        stop();
        signal.removeEventListener("abort", onAbort);
        reject(error);
      };
      const onAbort = (): void => fail(new Error("The store is closed"));
      signal.addEventListener("abort", onAbort, { once: true });
      stream.on("error", fail);
      stream.on("end", () => fail(new Error("etcd has ended the watch")));
      stream.on("data", (response) => {
        if (response.canceled)
          fail(new Error(`etcd has cancelled the watch: ${response.cancel_reason}`));
        for (const { type, kv } of response.events ?? []) this.#event(type, kv);
        const revision = BigInt(response.header.revision);
        // The answer to the creation of the watch has the revision of the member, whose events follow.
        if (response.created || revision <= this.#revision) return;
        this.#revision = revision;
        this.#caughtUp();
      });
      const check = (): void => {
        // The watch may have failed during the last check.
        if (over) return;
        stop = timer(PROGRESS_MS, () => {
          this.#checkProgress(stream).then(check, fail);
        });
      };
      check();
    });
  }

  /**
   * Lets the member that is watched show that it has what the majority has: a member that is cut off from the
   * others would be silent.
   */
  async #checkProgress(stream: Stream): Promise<void> {
    const { prefix: key } = this.#keys;
    const { header } = await this.#etcd.kv.range({ key, count_only: true });
    stream.write({ progress_request: {} });
    await this.reached(header.revision);
    if (this.#revision < BigInt(header.revision))
      throw new Error("the member of etcd that is watched is behind");
  }

  #event(
    type: string,
    kv: { readonly key: Buffer; readonly value: Buffer; readonly lease: string },
  ): void {
    if (/^put$/i.test(type)) {
      const entry = this.#put(kv.key, kv.value, kv.lease);
      if (entry !== undefined) for (const watcher of this.#watchers) watcher.changed(entry.record);
      return;
    }
    const key = this.#keys.parse(kv.key);
    if (key === undefined || !this.#entries.delete(keyText(key))) return;
    for (const watcher of this.#watchers) watcher.removed(key);
  }

  #put(rawKey: Buffer, value: Buffer, leaseId: string): Entry | undefined {
    const key = this.#keys.parse(rawKey);
    const record = decodeRecord(value);
    if (key === undefined || record === undefined) {
      log(
        "registry",
        "warn",
        { key: rawKey.toString() },
        "passes over a key of etcd that is no instance",
      );
      return undefined;
    }
    const entry = { record, leaseId };
    this.#entries.set(keyText(key), entry);
    return entry;
  }

  #records(): readonly StoredInstance[] {
    return [...this.#entries.values()].map(({ record }) => record);
  }

  #caughtUp(): void {
    for (const each of this.#behind) if (each.revision <= this.#revision) each.resolve();
  }
}
