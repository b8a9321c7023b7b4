import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  MemoryRegistryStore,
  RegistryClient,
  RegistryServer,
  type RegistryStore,
} from "dividere/registry";

const anywhere = { endpoint: "tcp://127.0.0.1:*" };
const address = "127.0.0.1";

describe("RegistryServer's store", () => {
  test("keeps the registered services in the given store, for the next server too", async () => {
    const store = new MemoryRegistryStore();
    await using server = new RegistryServer({ ...anywhere, store });
    await using client = new RegistryClient(server.endpoint, { address });
    await client.register("greeter", 5100);
    await server.stop();

    await using next = new RegistryServer({ ...anywhere, store });
    await using nextClient = new RegistryClient(next.endpoint, { address });
    assert.equal((await nextClient.lookup("greeter"))?.port, 5100);
    await nextClient.unregister("greeter", 5100);
    assert.equal(await nextClient.lookup("greeter"), undefined);
  });

  test("serves the same list from two servers with one store", async () => {
    const store = new MemoryRegistryStore();
    await using one = new RegistryServer({ ...anywhere, store });
    await using other = new RegistryServer({ ...anywhere, store });
    await using client = new RegistryClient(one.endpoint, { address });
    await using reader = new RegistryClient(other.endpoint);
    await client.register("greeter", 5100);
    assert.equal((await reader.lookup("greeter"))?.port, 5100);
  });

  test("makes one call to its store at a time for each name, and others beside it", async () => {
    const asked = new Map<string, number>();
    let most = 0;
    let mostOfAName = 0;
    const memory = new MemoryRegistryStore();
    const store: RegistryStore = {
      renew: (key, health) => memory.renew(key, health),
      remove: (key) => memory.remove(key),
      watch: (watcher) => memory.watch(watcher),
      put: async (record, leaseMs) => {
        const { name } = record.instance;
        asked.set(name, (asked.get(name) ?? 0) + 1);
        mostOfAName = Math.max(mostOfAName, asked.get(name) ?? 0);
        most = Math.max(
          most,
          [...asked.values()].reduce((sum, each) => sum + each),
        );
        await new Promise((resolve) => setImmediate(resolve));
        asked.set(name, (asked.get(name) ?? 0) - 1);
        return memory.put(record, leaseMs);
      },
    };
    await using server = new RegistryServer({ ...anywhere, store });
    await using client = new RegistryClient(server.endpoint, { address });
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => client.register(`s${index % 2}`, 5100 + index)),
    );
    assert.equal(mostOfAName, 1);
    assert.equal(most, 2);
    assert.equal((await client.list()).length, 20);
  });

  test("refuses a request on which its store fails, and goes on", async () => {
    class Full extends MemoryRegistryStore {
      override put(): never {
        throw new Error("the disk is full");
      }
    }
    await using server = new RegistryServer({ ...anywhere, store: new Full() });
    await using client = new RegistryClient(server.endpoint, { address });
    await assert.rejects(client.register("greeter", 5100), { status: "HANDLER_FAILED" });
    assert.equal(await client.lookup("greeter"), undefined);
  });
});
