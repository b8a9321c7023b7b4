import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { RegistryClient, type RegistryServerOptions } from "dividere/registry";
import { run } from "../support/child.js";
import { EtcdCluster } from "../support/etcd/cluster.js";
import { freePort } from "../support/ports.js";
import { TemporaryFolder } from "../support/temporary-folder.js";
import { Program, PythonService } from "./process.js";

/** The size of a system, and its times. */
export interface SystemOptions {
  readonly registries: number;
  readonly members: number;
  readonly services: number;
  readonly pythonServices: number;
  readonly registry: RegistryServerOptions;
  /** The lease of the services in TypeScript; the registry's default without it. */
  readonly leaseMs?: number;
}

/** The interval at which the lists are compared, in milliseconds. */
const COMPARE_MS = 20;

/** Registries on one cluster of etcd, and services in two languages that register with them. */
export class System implements AsyncDisposable {
  readonly etcd: EtcdCluster;
  readonly endpoints: readonly string[];
  readonly registries: readonly Program[];
  readonly services: readonly Program[];
  readonly pythonServices: readonly PythonService[];
  readonly #readers: readonly RegistryClient[];
  readonly #folder: TemporaryFolder;
  #marks = 0;

  private constructor(
    options: SystemOptions,
    etcd: EtcdCluster,
    ports: readonly number[],
    servicePorts: number,
    folder: TemporaryFolder,
  ) {
    this.etcd = etcd;
    this.#folder = folder;
    const events = ports.map((port) => `tcp://127.0.0.1:${port + 1}`);
    this.endpoints = ports.map((port) => `tcp://127.0.0.1:${port}`);
    this.registries = this.endpoints.map((endpoint, index) => {
      const registry = { ...options.registry, endpoint, eventsEndpoint: events[index] };
      const args = [JSON.stringify(registry), etcd.hosts.join(",")];
      return new Program(`registry ${index + 1}`, "registry.ts", args);
    });
    const service = {
      name: "steady",
      listen: "127.0.0.1",
      ports: { first: servicePorts, last: servicePorts + 50 },
      registry: this.endpoints,
      registryEvents: events,
      ...(options.leaseMs !== undefined && { leaseMs: options.leaseMs }),
    };
    this.services = numbers(options.services).map(
      (index) =>
        new Program(`service ${index + 1}, TypeScript`, "service.ts", [JSON.stringify(service)]),
    );
    this.pythonServices = numbers(options.pythonServices).map((index) => {
      // Each knows one registry, as Python's services do.
      const port = ports[index % ports.length] ?? 0;
      const own = servicePorts + 60 + index;
      const args = [folder.file("messages.binpb"), String(port), String(port + 1), String(own)];
      return new PythonService(`service ${index + 1}, Python`, args);
    });
    this.#readers = this.endpoints.map(
      (endpoint) => new RegistryClient(endpoint, { timeoutMs: 60_000 }),
    );
  }

  static async start(options: SystemOptions): Promise<System> {
    const folder = new TemporaryFolder();
    const image = folder.file("messages.binpb");
    const built = await run("buf", ["build", join("test", "proto"), "-o", image]);
    if (built.status !== 0) throw new Error(built.stderr);
    const etcd = await EtcdCluster.start(options.members);
    const ports = [];
    for (let i = 0; i < options.registries; i++) ports.push(await freePort());
    const system = new System(options, etcd, ports, await freePort(), folder);
    try {
      await Promise.all(system.registries.map((each) => each.start()));
      await Promise.all([...system.services, ...system.pythonServices].map((each) => each.start()));
      await system.agreed();
      return system;
    } catch (error) {
      await system[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The ports of the services that run. */
  get ports(): readonly number[] {
    return [
      ...this.services.map(({ said }) => Number(said)),
      ...this.pythonServices.map(({ port }) => port),
    ].filter((port) => port > 0);
  }

  /**
   * Waits until every registry lists exactly the services that run, and takes a change; returns the time that it
   * took, in milliseconds.
   */
  async agreed(): Promise<number> {
    const begun = performance.now();
    const [writer] = this.#readers;
    const mark = { name: "mark", id: `mark ${++this.#marks}`, host: "127.0.0.1", port: 1 };
    await writer?.registerInstance(mark, { leaseMs: 60_000 });
    const wanted = [`mark:${mark.id}`, ...this.ports.map((port) => `steady:${port}`)].sort();
    for (;;) {
      const lists = await Promise.all(this.#readers.map(listOf));
      if (lists.every((list) => String(list) === String(wanted))) break;
      await delay(COMPARE_MS);
    }
    const tookMs = performance.now() - begun;
    await writer?.unregisterInstance(mark);
    return tookMs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const reader of this.#readers) reader.close();
    const all = [...this.services, ...this.pythonServices, ...this.registries];
    await Promise.all(all.map((each) => each.kill()));
    await this.etcd.close();
    this.#folder[Symbol.dispose]();
  }
}

async function listOf(reader: RegistryClient): Promise<readonly string[]> {
  const instances = await reader.list();
  return instances
    .map(({ name, id, port }) => (name === "mark" ? `mark:${id}` : `${name}:${port}`))
    .sort();
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
