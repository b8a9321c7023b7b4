import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { MemoryRegistryStore, RegistryClient, RegistryServer } from "dividere/registry";
import type { Msg01 } from "../gen/plain.js";
import { GreeterRequest } from "../gen/plain_dividere.js";
import { freePort } from "../support/ports.js";
import { optionsFor, soon } from "./options.js";
import { Reverser } from "./reverser.js";

const local = { endpoint: "tcp://127.0.0.1:*" };

/** Answers with its own port. */
class Named extends Reverser {
  override handleMsg01(_message: Msg01): Msg01 | Promise<Msg01> {
    return { field1: String(this.port) };
  }
}

async function started(server: RegistryServer, Class = Named): Promise<Named> {
  const service = new Class(await optionsFor(server));
  await service.waitUntilRegistered(soon);
  return service;
}

/** Calls until the last answers came from exactly these services. */
async function reaches(client: GreeterRequest, services: readonly Named[]): Promise<void> {
  const wanted = services.map(({ port }) => String(port)).sort();
  for (;;) {
    const answers = new Set<string>();
    for (let i = 0; i < 2 * wanted.length + 2; i++)
      answers.add((await client.reverse({ field1: "" }, soon)).field1);
    if (String([...answers].sort()) === String(wanted)) return;
  }
}

describe("GreeterRequest.lookup", () => {
  test("shares the calls among all instances that are listed", async () => {
    await using server = new RegistryServer(local);
    await using one = await started(server);
    await using two = await started(server);
    await using client = await GreeterRequest.lookup({ registry: server.endpoint });
    await reaches(client, [one, two]);
    assert.equal(client.endpoints.length, 2);
  });

  test("follows instances that come and go", async () => {
    await using server = new RegistryServer(local);
    const one = await started(server);
    await using client = await GreeterRequest.lookup({ registry: server.endpoint });
    await reaches(client, [one]);
    await using two = await started(server);
    await reaches(client, [one, two]);
    await one.stop();
    await reaches(client, [two]);
    assert.deepEqual(client.endpoints, [`tcp://127.0.0.1:${two.port}`]);
  });

  test("keeps to the one address of the lookup with follow: false", async () => {
    await using server = new RegistryServer(local);
    await using one = await started(server);
    await using client = await GreeterRequest.lookup({ registry: server.endpoint, follow: false });
    await using other = await GreeterRequest.lookup({ registry: server.endpoint });
    await using two = await started(server);
    await reaches(other, [one, two]);
    await reaches(client, [one]);
  });

  test("loses no call when an instance stops under load", async () => {
    await using server = new RegistryServer(local);
    let before = await started(server);
    await using client = await GreeterRequest.lookup({ registry: server.endpoint });
    let done = false;
    const load = Array.from({ length: 8 }, async () => {
      while (!done) await client.reverse({ field1: "" }, soon);
    });
    for (let round = 0; round < 3; round++) {
      const next = await started(server);
      await reaches(client, [before, next]);
      await before.stop();
      before = next;
    }
    done = true;
    await Promise.all(load);
    await before.stop();
  });

  test("lets the calls in hand of a leaving instance finish", async () => {
    const gate = new AbortController();
    const begun = new AbortController();
    class Slow extends Named {
      override async handleMsg01(message: Msg01): Promise<Msg01> {
        if (message.field1 === "slow") {
          begun.abort();
          await once(gate.signal, "abort");
        }
        return super.handleMsg01(message);
      }
    }
    await using server = new RegistryServer(local);
    const slow = await started(server, Slow);
    await using client = await GreeterRequest.lookup({ registry: server.endpoint });
    const answer = client.reverse({ field1: "slow" }, soon);
    await once(begun.signal, "abort");
    await using quick = await started(server);
    const stopped = slow.stop();
    await reaches(client, [quick]);
    assert.deepEqual(client.endpoints, [`tcp://127.0.0.1:${quick.port}`]);
    gate.abort();
    assert.equal((await answer).field1, String(slow.port));
    await stopped;
  });

  test("lets calls wait for the next instance when none is left", async () => {
    await using server = new RegistryServer(local);
    const one = await started(server);
    await using client = await GreeterRequest.lookup({ registry: server.endpoint });
    await reaches(client, [one]);
    await one.stop();
    await assert.rejects(client.reverse({ field1: "" }, { timeoutMs: 50 }), { code: "TIMEOUT" });
    const answer = client.reverse({ field1: "" }, soon);
    await using two = await started(server);
    assert.equal((await answer).field1, String(two.port));
  });

  test("works on while no registry is there, and follows again after its restart", async () => {
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    const first = new RegistryServer({ endpoint });
    await using one = await started(first);
    await using client = await GreeterRequest.lookup({ registry: endpoint });
    await first.stop();
    await reaches(client, [one]);
    await using second = new RegistryServer({ endpoint });
    await using two = await started(second);
    await reaches(client, [one, two]);
  });

  test("follows the other registry when one of two dies, and services register there", async () => {
    const store = new MemoryRegistryStore();
    const first = new RegistryServer({ ...local, store });
    await using second = new RegistryServer({ ...local, store });
    const both = {
      registry: [first.endpoint, second.endpoint],
      registryEvents: [first.eventsEndpoint, second.eventsEndpoint],
    };
    const one = new Named({ ...(await optionsFor(first)), ...both });
    await using _one = one;
    await one.waitUntilRegistered(soon);
    await using client = await GreeterRequest.lookup({ registry: both.registry });
    first.close();
    await using two = new Named({ ...(await optionsFor(second)), ...both });
    await two.waitUntilRegistered(soon);
    await reaches(client, [one, two]);
  });

  test("leaves an instance that says that it does not serve, and comes back", async () => {
    await using server = new RegistryServer(local);
    await using one = await started(server);
    await using two = await started(server);
    await using client = await GreeterRequest.lookup({ registry: server.endpoint });
    await reaches(client, [one, two]);
    await one.setHealth("NOT_SERVING", soon);
    await reaches(client, [two]);
    await one.setHealth("SERVING", soon);
    await reaches(client, [one, two]);
  });

  test("ends its watch when the client is closed", async () => {
    await using server = new RegistryServer(local);
    await using _one = await started(server);
    const client = await GreeterRequest.lookup({ registry: server.endpoint });
    client.close();
    await assert.rejects(client.reverse({ field1: "" }), { code: "CLOSED" });
  });
});

describe("Service's entry", () => {
  test("says version, metadata and services, and is renewed", async () => {
    await using server = new RegistryServer({ ...local, minLeaseMs: 100 });
    await using client = new RegistryClient(server.endpoint, soon);
    const options = { ...(await optionsFor(server)), version: "1.4.2", metadata: { zone: "a" } };
    await using service = new Named({ ...options, leaseMs: 300 });
    await service.waitUntilRegistered(soon);
    const [listed] = await client.list("greeter");
    const { registeredAt: _, ...rest } = listed ?? assert.fail();
    assert.deepEqual(rest, {
      name: "greeter",
      id: service.instance,
      host: "127.0.0.1",
      port: service.port,
      version: "1.4.2",
      metadata: { zone: "a" },
      health: "SERVING",
      leaseMs: 300,
      services: ["Greeter"],
    });
    // The leases of the other entry are a clock.
    const clock = { name: "clock", id: "c", host: "h", port: 1 };
    let ended = 0;
    for await (const event of client.watch("clock")) {
      if (event.type === "removed" && ++ended === 6) break;
      if (event.type !== "added") await client.registerInstance(clock, { leaseMs: 100 });
    }
    assert.equal((await client.list("greeter"))[0]?.id, service.instance);
    assert.equal(service.status, "registered");
  });

  test("is gone a lease after its death", async () => {
    await using server = new RegistryServer({ ...local, minLeaseMs: 100 });
    await using client = new RegistryClient(server.endpoint, soon);
    const service = new Named({ ...(await optionsFor(server)), leaseMs: 200 });
    await service.waitUntilRegistered(soon);
    const events = client.watch("greeter");
    await events.next();
    // As if the process had died: nothing is unregistered.
    service.close();
    const { value } = await events.next();
    assert.equal(value.type, "removed");
    await events.return?.();
  });

  test("is listed as not serving while the service finishes what it has in hand", async () => {
    const gate = new AbortController();
    const begun = new AbortController();
    class Slow extends Named {
      override async handleMsg01(message: Msg01): Promise<Msg01> {
        begun.abort();
        await once(gate.signal, "abort");
        return super.handleMsg01(message);
      }
    }
    await using server = new RegistryServer(local);
    await using watcher = new RegistryClient(server.endpoint, soon);
    const service = await started(server, Slow);
    const events = watcher.watch("greeter");
    await events.next();
    await using client = new GreeterRequest(`tcp://127.0.0.1:${service.port}`);
    const answer = client.reverse({ field1: "" }, soon);
    await once(begun.signal, "abort");
    const stopped = service.stop();
    const changed = await events.next();
    assert.ok(changed.value.type === "changed");
    assert.equal(changed.value.instance.health, "NOT_SERVING");
    gate.abort();
    await answer;
    await stopped;
    assert.equal((await events.next()).value.type, "removed");
    await events.return?.();
  });
});
