import {
  MemoryRegistryStore,
  RegistryClient,
  RegistryServer,
  type RegistryStore,
} from "dividere/registry";
import { GreeterRequest } from "../../../gen/plain_dividere.js";
import { optionsFor } from "../../../service/options.js";
import { Reverser } from "../../../service/reverser.js";
import {
  anywhere,
  type Cases,
  later,
  nowhere,
  pause,
  reasons,
  rejects,
  settled,
  soon,
  throws,
} from "./tools.js";

/** Every call of a registry's client. */
function requests(client: RegistryClient): Promise<unknown>[] {
  const options = { timeoutMs: 200 };
  return [
    client.register("greeter", 5_100, options),
    client.lookup("greeter", options),
    client.unregister("greeter", 5_100, options),
    client.list("", options),
    client.renew({ name: "greeter", id: "one" }, undefined, options),
    client.watch().next(),
  ].map((call: Promise<unknown>) => later(call));
}

/** A service that has another name each time. */
class Failing extends Reverser {
  override handleMsg01(): never {
    return throws();
  }
  override async onError(): Promise<void> {
    await rejects();
  }
}

export const services: Cases = {
  "RegistryServer and RegistryClient: stores that throw, reject and never answer": async () => {
    const never = (): Promise<never> => new Promise(() => {});
    for (const fails of [throws, rejects, never]) {
      const memory = new MemoryRegistryStore();
      const watch: RegistryStore["watch"] = (watcher) => memory.watch(watcher);
      const store: RegistryStore = { put: fails, renew: fails, remove: fails, watch };
      const registry = new RegistryServer({ endpoint: anywhere, store });
      const client = new RegistryClient(registry.endpoint);
      await settled(...requests(client));
      const last = requests(client);
      client.close();
      await settled(...last, registry.drain({ timeoutMs: 5 }), registry.stop(), registry.stopped);
    }
    try {
      const fails = { put: throws, renew: throws, remove: throws, watch: throws };
      new RegistryServer({ endpoint: anywhere, store: fails }).close();
    } catch {
      // The store cannot be watched.
    }
    const closed = new RegistryServer({ endpoint: anywhere });
    closed.close();
    await settled(closed.stop());
  },
  "RegistryClient: closed without a registry": async () => {
    const client = new RegistryClient(await nowhere());
    const all = requests(client);
    client.close();
    await settled(...all, ...requests(client));
  },
  "Service: without a registry, closed, stopped and drained": async () => {
    for (const end of ["close", "stop", "drain"] as const) {
      await using registry = new RegistryServer({ endpoint: anywhere });
      const options = await optionsFor(registry);
      await registry.stop();
      const service = new Reverser({ ...options, unregisterTimeoutMs: 20 });
      const wait = later(service.waitUntilRegistered());
      for (const listener of [throws, rejects]) service.onStatus(listener);
      await settled(service.waitUntilRegistered({ timeoutMs: 5 }));
      await settled(Promise.resolve(service[end]()), service.stopped, wait);
      await settled(service.waitUntilRegistered());
      new Reverser(options).close();
    }
  },
  "Service: the registry goes, and its listeners and handlers throw": async () => {
    const registry = new RegistryServer({ endpoint: anywhere });
    const service = new Failing({ ...(await optionsFor(registry)), unregisterTimeoutMs: 20 });
    for (const listener of [throws, rejects]) service.onStatus(listener);
    await service.waitUntilRegistered(soon);
    await using client = await GreeterRequest.lookup({ registry: registry.endpoint });
    await settled(client.reverse({ field1: "x" }, soon));
    registry.close();
    await pause(50);
    await settled(service.stop());
  },
  "Service: constructors that throw": async () => {
    await using registry = new RegistryServer({ endpoint: anywhere });
    const options = await optionsFor(registry);
    for (const wrong of [
      { ports: { first: 3, last: 1 } },
      { registryToken: "" },
      { listen: "?" },
    ]) {
      try {
        new Reverser({ ...options, ...wrong }).close();
      } catch {
        // The option is refused.
      }
    }
    try {
      new RegistryServer({ endpoint: registry.endpoint });
    } catch {
      // The address is in use.
    }
  },
  "lookup: aborted and timed out, with and without a registry": async () => {
    await using up = new RegistryServer({ endpoint: anywhere });
    for (const registry of [up.endpoint, await nowhere()]) {
      await settled(GreeterRequest.lookup({ registry, timeoutMs: 30, wait: true }));
      await settled(GreeterRequest.lookup({ registry, timeoutMs: 30 }));
      for (const reason of reasons) {
        const controller = new AbortController();
        const { signal } = controller;
        const found = later(GreeterRequest.lookup({ registry, signal, wait: true }));
        await pause(5);
        controller.abort(reason);
        await settled(found, GreeterRequest.lookup({ registry, signal }));
      }
    }
  },
};
