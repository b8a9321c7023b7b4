import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as connection from "dividere/connection";
import { Publisher } from "dividere/messaging";
import { RegistryServer } from "dividere/registry";
import { Service } from "dividere/service";
import { Msg02 } from "../gen/plain.js";
import { freePort } from "../support/ports.js";
import { listen, optionsFor, somePorts, soon, withoutRegistry } from "./options.js";
import { Reverser } from "./reverser.js";

describe("Service", () => {
  test("takes the first port of its range that is free", async () => {
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    const options = await optionsFor(server);
    await using one = new Reverser(options);
    await using two = new Reverser(options);
    const first = options.ports?.first ?? 0;
    // Another process may have one of them, so the order is what can be counted on.
    assert.ok(first <= one.port && one.port < two.port, `${first}, ${one.port}, ${two.port}`);
    assert.equal(one.endpoints[0], `tcp://127.0.0.1:${one.port}`);
  });

  test("names the tried ports when none is free", async () => {
    const registry = `tcp://127.0.0.1:${await freePort()}`;
    await using taken = new connection.Response("tcp://127.0.0.1:*");
    const port = Number(taken.endpoints[0]?.split(":").at(-1));
    assert.throws(() => new Reverser({ registry, listen, ports: { first: port, last: port } }), {
      code: "ADDRESS_IN_USE",
      message: `None of the ports from ${port} to ${port} is free on 127.0.0.1; stop a service, or give another range with the option ports`,
    });
  });

  for (const ports of [
    { first: 0, last: 10 },
    { first: 20, last: 10 },
    { first: 65_000, last: 65_536 },
  ]) {
    test(`refuses the ports from ${ports.first} to ${ports.last}`, () => {
      assert.throws(() => new Reverser({ listen, ports }), { code: "ENDPOINT_INVALID" });
    });
  }

  test("tries the same ports as Python's services", () => {
    assert.deepEqual(Service.ports, { first: 5100, last: 5999 });
  });

  test("frees its port when the registry's endpoint is wrong", async () => {
    const options = await withoutRegistry();
    const { last } = options.ports ?? assert.fail();
    const wrong = { ...options, ports: { first: last, last } };
    assert.throws(() => new Reverser({ ...wrong, registry: "tcp://here", registryEvents: "x" }), {
      code: "ENDPOINT_INVALID",
    });
    await using another = new Reverser(wrong);
    assert.equal(another.port, last);
  });

  test("needs a request to serve", () => {
    const events = {
      typeName: "News",
      name: "news",
      rpcs: { Announce: { path: "News/Announce", handler: "handleMsg02", request: Msg02 } },
    };
    class Listener extends Service {
      constructor() {
        super(events, { listen });
      }
      handleMsg02(): void {}
    }
    assert.throws(() => new Listener(), {
      code: "ENDPOINT_INVALID",
      message: /News has no requests to serve/,
    });
  });

  test("handles the service's own events, given the endpoint of their publisher", async () => {
    await using news = new Publisher("tcp://127.0.0.1:*", [Msg02]);
    const subscribe = news.endpoints;
    await using service = new Reverser({ ...(await withoutRegistry()), subscribe });
    await news.waitForSubscribers(1, soon);
    await news.send({ field1: "an event" });
    while (service.events.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(service.events, ["an event"]);
  });

  test("uses the registry on this machine by default", async () => {
    await using service = new Reverser({ listen, ports: await somePorts() });
    assert.deepEqual(service.endpoints.slice(1), ["tcp://localhost:5001"]);
  });
});
