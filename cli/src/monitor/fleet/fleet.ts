import { setTimeout as delay } from "node:timers/promises";
import type { ClientKeyOptions } from "../../app/options.js";
import type { Reading } from "../../output/prometheus.js";
import type { Schema } from "../../schema/schema.js";
import {
  type Happening,
  type InstanceInfo,
  MOST_HAPPENINGS,
  type RegistryInfo,
  type StreamMessage,
} from "../protocol.js";
import type { Directory, DirectoryEvent, Listed } from "./directory.js";
import { Follower } from "./follower.js";
import { History } from "./history.js";
import { instanceInfo, nameOf, type Row } from "./instance.js";
import { Ring } from "./ring.js";
import { tickOf } from "./tick.js";

/** The pause before a registry that has no watch is asked again: another one may take its place. */
const REGISTRY_PAUSE_MS = 5_000;

/** The most endpoints that are followed; further instances are listed without counters. */
const MOST_FOLLOWED = 256;

/** The settings of a {@link Fleet}. */
export interface FleetOptions {
  readonly directory: Directory | undefined;
  /** Endpoints of services, besides those that the directory lists. */
  readonly endpoints: readonly string[];
  readonly keys: ClientKeyOptions;
  /** The time between two readings. */
  readonly intervalMs: number;
}

/** Knows the instances, follows them, and tells what happens. */
export class Fleet {
  readonly history: History = new History();
  readonly #options: FleetOptions;
  readonly #emit: (message: StreamMessage) => void;
  readonly #rows = new Map<string, Row>();
  readonly #users = new Map<Follower, number>();
  readonly #followers = new Map<string, Follower>();
  readonly #happenings = new Ring<Happening>(MOST_HAPPENINGS);
  readonly #end = new AbortController();
  readonly #closing = new Set<Promise<void>>();
  #registry: RegistryInfo | undefined;
  #followed = 0;
  #timer: NodeJS.Timeout | undefined;
  #watching: Promise<void> = Promise.resolve();

  /** @param emit - Gets the messages for the pages. */
  constructor(options: FleetOptions, emit: (message: StreamMessage) => void) {
    this.#options = options;
    this.#emit = emit;
  }

  get registry(): RegistryInfo | undefined {
    return this.#registry;
  }

  get instances(): readonly InstanceInfo[] {
    return Array.from(this.#rows.values(), instanceInfo);
  }

  get happenings(): readonly Happening[] {
    return this.#happenings.toArray();
  }

  /** The last counters of each process, for Prometheus: one for each name and endpoint. */
  get readings(): readonly Reading[] {
    const readings = new Map<string, Reading>();
    for (const row of this.#rows.values()) {
      const { stats, endpoint, state } = row.follower;
      if (stats === undefined || state !== "up") continue;
      const service = nameOf(row);
      readings.set(`${service}\n${endpoint}`, { service, endpoint, stats });
    }
    return [...readings.values()];
  }

  /** The schemas of the instances that tell theirs. */
  get schemas(): readonly Schema[] {
    return Array.from(this.#users.keys()).flatMap(({ schema }) => schema ?? []);
  }

  /** Returns the follower of an instance. */
  find(key: string): Follower | undefined {
    return this.#rows.get(key)?.follower;
  }

  /** Begins; {@link close} ends. */
  start(): void {
    const { directory, endpoints, intervalMs } = this.#options;
    for (const endpoint of endpoints) this.#add(endpoint, undefined, endpoint);
    this.#timer = setInterval(() => this.#tick(), intervalMs);
    if (directory !== undefined) this.#watching = this.#watch(directory);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#end.abort();
    await this.#watching;
    for (const follower of this.#users.keys()) this.#retire(follower);
    await Promise.all(this.#closing);
  }

  async #watch(directory: Directory): Promise<void> {
    const { signal } = this.#end;
    const { endpoint } = directory;
    while (!signal.aborted) {
      this.#setRegistry({ endpoint, state: "connecting", reason: "" });
      try {
        for await (const event of directory.watch(signal)) this.#take(endpoint, event);
      } catch (error) {
        if (signal.aborted) return;
        this.#setRegistry({ endpoint, state: "failed", reason: (error as Error).message });
      }
      await delay(REGISTRY_PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  }

  #take(endpoint: string, event: DirectoryEvent): void {
    switch (event.type) {
      case "listed":
        this.#setRegistry({ endpoint, state: "up", reason: "" });
        this.#replace(event.instances);
        break;
      case "added":
        this.#list(event.instance);
        break;
      case "changed":
        this.#change(event.instance, event.before);
        break;
      case "removed":
        this.#remove(keyOf(event.instance));
        break;
      case "lost":
        this.#setRegistry({ endpoint, state: "lost", reason: event.error.message });
        this.#happen("registry", "registry", `The registry at ${endpoint} does not answer`);
        break;
      case "resumed":
        this.#setRegistry({ endpoint, state: "up", reason: "" });
        this.#happen("registry", "registry", `The registry at ${endpoint} answers again`);
        break;
    }
  }

  /** Takes the whole list: what it does not hold is gone. */
  #replace(instances: readonly Listed[]): void {
    const keys = new Set(instances.map(keyOf));
    for (const row of [...this.#rows.values()]) {
      if (row.listed !== undefined && !keys.has(row.key)) this.#remove(row.key);
    }
    for (const instance of instances) this.#list(instance);
  }

  #list(listed: Listed): void {
    const known = this.#rows.get(keyOf(listed));
    if (known?.listed !== undefined) this.#change(listed, known.listed);
    else this.#add(keyOf(listed), listed, endpointOf(listed));
  }

  #change(listed: Listed, before: Listed): void {
    const key = keyOf(listed);
    const row = this.#rows.get(key);
    if (row === undefined) {
      this.#add(key, listed, endpointOf(listed));
      return;
    }
    const endpoint = endpointOf(listed);
    if (endpoint === row.follower.endpoint) {
      this.#rows.set(key, { ...row, listed });
    } else {
      this.#release(row.follower);
      this.#rows.set(key, { key, listed, follower: this.#acquire(endpoint) });
    }
    if (listed.health !== before.health) {
      const serves = listed.health === "SERVING";
      this.#happen("health", listed.name, serves ? "takes calls again" : "takes no new calls");
    }
    this.#show(key);
  }

  #add(key: string, listed: Listed | undefined, endpoint: string): void {
    const row = { key, listed, follower: this.#acquire(endpoint) };
    this.#rows.set(key, row);
    this.#happen("came", nameOf(row), listed === undefined ? "is watched" : `came at ${endpoint}`);
    this.#show(key);
  }

  #remove(key: string): void {
    const row = this.#rows.get(key);
    if (row === undefined) return;
    this.#rows.delete(key);
    this.history.forget(key);
    this.#release(row.follower);
    this.#happen("went", nameOf(row), `left ${row.follower.endpoint}`);
    this.#emit({ type: "gone", key });
  }

  #acquire(endpoint: string): Follower {
    const follower = this.#followers.get(endpoint) ?? this.#follow(endpoint);
    this.#users.set(follower, (this.#users.get(follower) ?? 0) + 1);
    return follower;
  }

  #follow(endpoint: string): Follower {
    const { keys, intervalMs } = this.#options;
    let wasUp = false;
    const follower = new Follower(endpoint, keys, intervalMs, {
      changed: ({ state, reason }) => {
        for (const row of this.#rowsOf(follower)) {
          if (wasUp && state === "lost") this.#happen("lost", nameOf(row), reason);
          this.#show(row.key);
        }
        if (state === "up") wasUp = true;
        else if (state === "lost") wasUp = false;
      },
      restarted: () => {
        for (const row of this.#rowsOf(follower)) {
          this.#happen("restarted", nameOf(row), `restarted at ${endpoint}`);
        }
      },
    });
    this.#followers.set(endpoint, follower);
    this.#startWaiting();
    return follower;
  }

  #release(follower: Follower): void {
    const users = (this.#users.get(follower) ?? 1) - 1;
    if (users > 0) this.#users.set(follower, users);
    else this.#retire(follower);
  }

  /** Starts the followers that have waited for the end of another. */
  #startWaiting(): void {
    for (const follower of this.#followers.values()) {
      if (this.#followed >= MOST_FOLLOWED) return;
      if (follower.started) continue;
      this.#followed++;
      follower.start();
    }
  }

  #retire(follower: Follower): void {
    this.#users.delete(follower);
    this.#followers.delete(follower.endpoint);
    if (follower.started) this.#followed--;
    if (!this.#end.signal.aborted) this.#startWaiting();
    const closing = follower.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #rowsOf(follower: Follower): readonly Row[] {
    return Array.from(this.#rows.values()).filter((row) => row.follower === follower);
  }

  #tick(): void {
    const rows = [...this.#rows.values()].filter(({ follower }) => follower.started);
    const tick = tickOf(rows, Date.now());
    this.history.add(tick);
    this.#emit({ type: "tick", tick });
  }

  #show(key: string): void {
    const row = this.#rows.get(key);
    if (row !== undefined) this.#emit({ type: "instance", instance: instanceInfo(row) });
  }

  #setRegistry(registry: RegistryInfo): void {
    this.#registry = registry;
    this.#emit({ type: "registry", registry });
  }

  #happen(what: Happening["what"], name: string, text: string): void {
    const happening = { time: Date.now(), what, name, text };
    this.#happenings.push(happening);
    this.#emit({ type: "happening", happening });
  }
}

function keyOf({ name, id }: Listed): string {
  return `${name}\n${id}`;
}

function endpointOf({ host, port }: Listed): string {
  return `tcp://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
