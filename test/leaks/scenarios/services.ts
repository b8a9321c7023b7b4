import assert from "node:assert/strict";
import { PortManager } from "dividere/connection";
import { RegistryClient, RegistryServer } from "dividere/registry";
import { GreeterRequest } from "../../gen/plain_dividere.js";
import { Reverser } from "../../service/reverser.js";
import { freePort } from "../../support/ports.js";
import { local, type Scenarios, soon } from "./scenario.js";

const address = "127.0.0.1";

export const serviceScenarios: Scenarios = {
  "registry.RegistryServer and RegistryClient": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using server = watch(new RegistryServer({ endpoint: local, eventsEndpoint: local }));
      await using client = watch(new RegistryClient(server.endpoint, { address }));
      await client.register("a", 1, { ...soon, signal });
      assert.equal((await client.lookup("a", { ...soon, signal }))?.port, 1);
      const events = watch(client.watch("b", { signal }));
      assert.equal((await events.next()).value?.type, "listed");
      const instance = { name: "b", id: "b", host: address, port: 2 };
      await client.registerInstance(instance, { ...soon, signal });
      assert.equal((await events.next()).value?.type, "added");
      await events.return?.();
    }),

  "service.Service": async (repeat) => {
    await using registry = new RegistryServer({ endpoint: local, eventsEndpoint: local });
    const first = await freePort();
    await repeat(async ({ signal, watch }) => {
      await using service = watch(
        new Reverser({
          registry: registry.endpoint,
          registryEvents: registry.eventsEndpoint,
          listen: address,
          ports: { first, last: first + 20 },
        }),
      );
      await service.waitUntilRegistered({ ...soon, signal });
      await using greeter = watch(
        await GreeterRequest.lookup({ registry: registry.endpoint, ...soon, signal }),
      );
      assert.equal((await greeter.reverse({ field1: "ab" }, { ...soon, signal })).field1, "ba");
      await service.stop();
    });
  },

  "service.Service without a registry": async (repeat) => {
    const registry = `tcp://127.0.0.1:${await PortManager.acquire()}`;
    const first = await freePort();
    await repeat(async ({ signal, watch }) => {
      const ports = { first, last: first + 20 };
      const service = watch(new Reverser({ registry, listen: address, ports }));
      const pending = assert.rejects(service.waitUntilRegistered({ ...soon, signal }), {
        code: "CLOSED",
      });
      await service.stop();
      await pending;
    });
  },
};
