import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  RegistryClient,
  RegistryServer,
  type RegistryStore,
  type ServiceEntry,
} from "dividere/registry";

const anywhere = { endpoint: "tcp://127.0.0.1:*" };
const address = "127.0.0.1";

describe("RegistryServer's store", () => {
  test("keeps the registered services in the given store", async () => {
    const entries = new Map<string, ServiceEntry>();
    const store: RegistryStore = {
      put: async (entry) => void entries.set(entry.name, entry),
      get: async (name) => entries.get(name),
      remove: async (name) => void entries.delete(name),
    };
    await using server = new RegistryServer({ ...anywhere, store });
    await using client = new RegistryClient(server.endpoint, { address });
    await client.register("greeter", 5100);
    assert.deepEqual([...entries.values()], [{ name: "greeter", server: address, port: 5100 }]);
    await server.stop();

    await using next = new RegistryServer({ ...anywhere, store });
    await using nextClient = new RegistryClient(next.endpoint, { address });
    assert.equal((await nextClient.lookup("greeter"))?.port, 5100);
    await nextClient.unregister("greeter", 5100);
    assert.equal(entries.size, 0);
  });

  test("makes one call to its store at a time", async () => {
    let asked = 0;
    let most = 0;
    const count = async (): Promise<void> => {
      most = Math.max(most, ++asked);
      await new Promise((resolve) => setImmediate(resolve));
      asked--;
    };
    const store: RegistryStore = {
      put: count,
      get: async () => {
        await count();
        return undefined;
      },
      remove: count,
    };
    await using server = new RegistryServer({ ...anywhere, store });
    await using client = new RegistryClient(server.endpoint, { address });
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => client.register(`s${index}`, 5100 + index)),
    );
    assert.equal(most, 1);
  });

  test("refuses a request on which its store fails, and goes on", async () => {
    const store: RegistryStore = {
      put: () => {
        throw new Error("the disk is full");
      },
      get: () => undefined,
      remove: () => {},
    };
    await using server = new RegistryServer({ ...anywhere, store });
    await using client = new RegistryClient(server.endpoint, { address });
    await assert.rejects(client.register("greeter", 5100), { status: "HANDLER_FAILED" });
    assert.equal(await client.lookup("greeter"), undefined);
  });
});
