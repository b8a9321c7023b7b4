import { Background } from "../base/background.js";
import { DividereError, RequestError, toError } from "../base/errors.js";
import { log } from "../base/log.js";
import { leaveOutWait, openWait, type WaitOptions } from "../base/wait.js";
import type { RequestClient } from "../messaging/client/request-client.js";
import type { RegistryClient } from "../registry/client/client.js";
import type { RegistryEvent } from "../registry/client/event.js";
import { connectingEndpoint, keyText, type ServiceInstance } from "../registry/instance.js";

/** The interval at which a registry that tells no changes is asked while no instance is connected. */
const POLL_MS = 5_000;

/** The interval while an instance is connected: another registry may have taken the place of that one. */
const CONNECTED_POLL_MS = 60_000;

/** The pause after an unexpected failure. */
const AGAIN_AFTER_MS = 1_000;

/** Keeps the lines of a client at the instances of a service that a registry lists. */
export class Following {
  readonly #registry: RegistryClient;
  readonly #client: RequestClient;
  readonly #name: string;
  readonly #ended = new AbortController();
  readonly #instances = new Map<string, ServiceInstance>();
  readonly #background: Background;
  /** Counts the open watch as work again. */
  #counted = (): void => {};
  #endpoints: ReadonlySet<string>;
  #onListed!: () => void;
  readonly #listed: Promise<void> = new Promise((resolve) => {
    this.#onListed = resolve;
  });

  /**
   * @param registry - Owned from here on; closed with the client.
   * @param endpoint - The endpoint to which the client connects already.
   */
  constructor(registry: RegistryClient, client: RequestClient, name: string, endpoint: string) {
    this.#registry = registry;
    this.#client = client;
    this.#name = name;
    this.#endpoints = new Set([endpoint]);
    // Following alone is no reason for the process to go on.
    this.#background = new Background("service", client, () => client.endpoints, true);
    client._lines.followed = true;
    client._onClose(() => this.#end());
    void this.#run();
  }

  /** Waits until the client knows the list, but no longer than the options allow. */
  async waitForList(options: WaitOptions): Promise<void> {
    const wait = openWait<void>(options, () => "");
    void this.#listed.then(wait.resolve);
    try {
      await wait.promise;
    } catch (error) {
      // One instance is known, so the call for which the time was meant has succeeded.
      if (error instanceof DividereError && error.code === "TIMEOUT") return;
      this.#client.close();
      throw error;
    }
  }

  #end(): void {
    this.#ended.abort();
    this.#counted();
    this.#background.end();
    this.#onListed();
    this.#registry.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        // The lookup has shown whether the registry is one of ours.
        if (this.#registry._lines.features === 0) await this.#poll();
        for await (const event of this.#registry.watch(this.#name, { signal })) this.#take(event);
      } catch (error) {
        this.#counted();
        if (signal.aborted) return;
        if (error instanceof RequestError && error.status === "UNIMPLEMENTED") continue;
        this.#log("warn", `could not be followed: ${toError(error).message}`);
        await this.#pause(AGAIN_AFTER_MS);
      }
    }
  }

  #take(event: RegistryEvent): void {
    switch (event.type) {
      case "listed":
        this.#counted = leaveOutWait();
        for (const each of event.instances) this.#instances.set(keyText(each), each);
        break;
      case "added":
      case "changed":
        this.#instances.set(keyText(event.instance), event.instance);
        break;
      case "removed":
        this.#instances.delete(keyText(event.instance));
        break;
      case "lost":
        this.#counted();
        this.#log("warn", `keeps its last known instances: ${event.error.message}`);
        return;
      case "resumed":
        this.#counted = leaveOutWait();
        this.#log("info", "is followed again");
        return;
    }
    const usable = [...this.#instances.values()].filter(isUsable);
    this.#connect(usable.map(({ host, port }) => connectingEndpoint(host, port)));
    if (event.type === "listed") this.#onListed();
  }

  /** Connects the client to these endpoints and no others. */
  #connect(endpoints: readonly string[]): void {
    const before = this.#endpoints;
    this.#endpoints = new Set(endpoints);
    for (const endpoint of this.#endpoints) if (!before.has(endpoint)) this.#add(endpoint);
    for (const endpoint of before)
      if (!this.#endpoints.has(endpoint)) this.#client._lines.remove(endpoint);
  }

  #add(endpoint: string): void {
    try {
      this.#client._lines.add(endpoint);
    } catch (error) {
      this.#log("warn", `has an instance that cannot be used: ${toError(error).message}`);
    }
  }

  /** Asks a registry that tells no changes, until it is replaced by one that does. */
  async #poll(): Promise<void> {
    this.#onListed();
    let askedAt = performance.now();
    while (!this.#ended.signal.aborted && this.#registry._lines.features === 0) {
      await this.#pause(POLL_MS);
      const waitedMs = performance.now() - askedAt;
      if (this.#client._lines.connected && waitedMs < CONNECTED_POLL_MS) continue;
      askedAt = performance.now();
      const entry = await this.#registry
        .lookup(this.#name, { signal: this.#ended.signal })
        .catch((error) => this.#log("info", `could not be looked up: ${toError(error).message}`));
      // A registry that has restarted does not know the service at first.
      if (entry) this.#connect([connectingEndpoint(entry.server, entry.port)]);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.#ended;
      const done = (): void => {
        clearTimeout(timeout);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timeout = setTimeout(done, ms).unref();
      signal.addEventListener("abort", done, { once: true });
    });
  }

  #log(level: "info" | "warn", what: string): void {
    const registry = this.#registry.endpoints.join(", ");
    log("service", level, { name: this.#name, registry }, `${this.#name} ${what}`);
  }
}

/** Whether a client sends its calls to an instance. A plain instance may be reached where the registry cannot. */
function isUsable({ health, leaseMs }: ServiceInstance): boolean {
  return health !== "NOT_SERVING" || leaseMs === 0;
}
