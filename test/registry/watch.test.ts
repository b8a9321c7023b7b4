import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EnvelopeEncoder, Router } from "dividere/messaging";
import {
  MemoryRegistryStore,
  RegistryClient,
  type RegistryEvent,
  RegistryServer,
} from "dividere/registry";
import { ServiceLookupRep, ServiceLookupReq } from "../../runtime/src/wire/gen/MsgLib.js";
import { freePort } from "../support/ports.js";

const soon = { timeoutMs: 10_000 };
const greeter = { name: "greeter", id: "one", host: "10.0.0.1", port: 5100 };
const other = { ...greeter, id: "two", port: 5101 };

/** An event in short. */
function short(event: RegistryEvent): string {
  if (event.type === "listed") return `listed ${event.instances.map(({ id }) => id).sort()}`;
  return "instance" in event ? `${event.type} ${event.instance.id}` : event.type;
}

async function next(events: AsyncIterator<RegistryEvent>): Promise<string> {
  const { done, value } = await events.next();
  assert.ok(!done);
  return short(value);
}

describe("RegistryClient.watch", () => {
  test("tells the list, then each change", async () => {
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    await using client = new RegistryClient(server.endpoint, soon);
    await client.registerInstance(greeter);
    const events = client.watch("greeter");
    assert.equal(await next(events), "listed one");
    await client.registerInstance({ ...greeter, name: "stranger" });
    await client.registerInstance(other);
    assert.equal(await next(events), "added two");
    await client.renew(greeter, "NOT_SERVING");
    const { value } = await events.next();
    assert.ok(value.type === "changed");
    assert.deepEqual([value.before.health, value.instance.health], ["SERVING", "NOT_SERVING"]);
    // A renewal that changes nothing is no event.
    await client.renew(greeter);
    await client.unregisterInstance(other);
    assert.equal(await next(events), "removed two");
    await events.return?.();
  });

  test("tells an empty list", async () => {
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    await using client = new RegistryClient(server.endpoint, soon);
    const events = client.watch();
    assert.equal(await next(events), "listed ");
    await events.return?.();
  });

  test("tells a list of many instances whole", async () => {
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    await using client = new RegistryClient(server.endpoint, soon);
    const ids = Array.from({ length: 1_201 }, (_, index) => String(index));
    await Promise.all(
      ids.map((id, index) => client.registerInstance({ ...greeter, id, port: 1 + index })),
    );
    for await (const event of client.watch()) {
      assert.ok(event.type === "listed");
      assert.deepEqual(new Set(event.instances.map(({ id }) => id)), new Set(ids));
      break;
    }
  });

  test("ends with the signal's reason", async () => {
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    await using client = new RegistryClient(server.endpoint, soon);
    const enough = new AbortController();
    const events = client.watch("greeter", { signal: enough.signal });
    await next(events);
    const waiting = events.next();
    const reason = new Error("enough");
    enough.abort(reason);
    await assert.rejects(waiting, reason);
  });

  test("ends when the client is closed", async () => {
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    const client = new RegistryClient(server.endpoint, soon);
    const events = client.watch("greeter");
    await next(events);
    const waiting = events.next();
    client.close();
    await assert.rejects(waiting, { code: "CLOSED" });
  });

  test("outlives a restart of the registry, and tells only what has changed", async () => {
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    const first = new RegistryServer({ endpoint });
    await using client = new RegistryClient(endpoint, soon);
    await client.registerInstance(greeter);
    await client.registerInstance(other);
    const events = client.watch("greeter", { graceMs: 300 });
    assert.equal(await next(events), "listed one,two");
    await first.stop();
    assert.equal(await next(events), "lost");
    await using _second = new RegistryServer({ endpoint });
    assert.equal(await next(events), "resumed");
    // One registers again within its time, the other does not.
    await client.registerInstance(greeter);
    await client.registerInstance({ ...greeter, id: "three", port: 5102 });
    assert.equal(await next(events), "added three");
    assert.equal(await next(events), "removed two");
    await events.return?.();
  });

  test("goes on with another registry of the same store", async () => {
    const store = new MemoryRegistryStore();
    const first = new RegistryServer({ endpoint: "tcp://127.0.0.1:*", store });
    await using second = new RegistryServer({ endpoint: "tcp://127.0.0.1:*", store });
    await using client = new RegistryClient([first.endpoint, second.endpoint], soon);
    await client.registerInstance(greeter);
    const events = client.watch("greeter");
    assert.equal(await next(events), "listed one");
    first.close();
    assert.equal(await next(events), "lost");
    assert.equal(await next(events), "resumed");
    await client.registerInstance(other);
    assert.equal(await next(events), "added two");
    assert.equal((await client.lookup("greeter"))?.name, "greeter");
    await events.return?.();
  });

  test("sends a registry that is not ours nothing but a lookup", async () => {
    await using plain = new Router("tcp://127.0.0.1:*", [ServiceLookupReq]);
    const [endpoint = ""] = plain.endpoints;
    await using client = new RegistryClient(endpoint, soon);
    const unimplemented = { status: "UNIMPLEMENTED", message: /is Python's or an older one/ };
    // As a plain peer answers: without fields of ours.
    const answer = new EnvelopeEncoder([ServiceLookupRep]).encode({
      $type: "ServiceLookupRep",
      serviceName: "",
      server: "unavailable",
      port: 0,
    });
    const answering = (async () => {
      // A router of this type receives nothing else without an error.
      for (let i = 0; i < 2; i++) {
        const { route, message } = await plain.recv();
        assert.equal(message.serviceName, "");
        await plain.connector.send({ route, message: answer });
      }
    })();
    await assert.rejects(client.list(), unimplemented);
    await assert.rejects(client.watch().next(), unimplemented);
    await answering;
  });
});
