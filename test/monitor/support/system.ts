import { RegistryServer } from "dividere/registry";
import type { ServiceOptions } from "dividere/service";
import {
  type MonitorOptions,
  type RunningMonitor,
  startMonitor,
} from "../../../cli/dist/monitor/index.js";
import { freePort } from "../../support/ports.js";
import { RegisteredGreeter } from "./greeter.js";

/** A registry and a monitor that watches it; both end with the scope. */
export class System implements AsyncDisposable {
  readonly registry: RegistryServer;
  readonly monitor: RunningMonitor;

  private constructor(registry: RegistryServer, monitor: RunningMonitor) {
    this.registry = registry;
    this.monitor = monitor;
  }

  static async start(options: MonitorOptions = {}): Promise<System> {
    const registry = new RegistryServer({
      endpoint: `tcp://127.0.0.1:${await freePort()}`,
      eventsEndpoint: "tcp://127.0.0.1:*",
    });
    try {
      const { endpoint } = registry;
      const monitor = await startMonitor({
        registry: endpoint,
        port: 0,
        intervalMs: 100,
        ...options,
      });
      return new System(registry, monitor);
    } catch (error) {
      await registry.stop();
      throw error;
    }
  }

  get url(): string {
    return this.monitor.url;
  }

  /** Starts a service that registers; the caller closes it. */
  greeter(options: ServiceOptions = {}): RegisteredGreeter {
    const { endpoint, eventsEndpoint } = this.registry;
    return new RegisteredGreeter({
      registry: endpoint,
      registryEvents: eventsEndpoint,
      listen: "127.0.0.1",
      ...options,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.monitor.close();
    await this.registry.stop();
  }
}
