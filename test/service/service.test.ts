import assert from "node:assert/strict";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { describe, test } from "node:test";
import * as connection from "dividere/connection";
import { ack, Publisher, RequestError, Router } from "dividere/messaging";
import { RediscoverReq, RegistryClient, RegistryServer } from "dividere/registry";
import { Service, type ServiceOptions, type ServiceStatus } from "dividere/service";
import { type Msg01, Msg02 } from "../gen/plain.js";
import { GreeterRequest } from "../gen/plain_dividere.js";
import { freePort } from "../support/ports.js";
import { Reverser } from "./reverser.js";

const soon = { timeoutMs: 10_000 };
const listen = "127.0.0.1";

/** Ports of a test's own, so that services of tests that run beside it do not take them. */
async function somePorts(count = 20) {
  const first = await freePort();
  return { first, last: first + count - 1 };
}

async function optionsFor(server: RegistryServer): Promise<ServiceOptions> {
  const { endpoint: registry, eventsEndpoint: registryEvents } = server;
  return { registry, registryEvents, listen, ports: await somePorts() };
}

/** The options of a service whose registry is not up, and where it would be. */
async function withoutRegistry(): Promise<ServiceOptions & { readonly registry: string }> {
  const registry = `tcp://127.0.0.1:${await freePort()}`;
  return { registry, listen, ports: await somePorts() };
}

function until(service: Service, wanted: ServiceStatus): Promise<void> {
  return new Promise((resolve) => {
    const forget = service.onStatus((status) => {
      if (status !== wanted) return;
      forget();
      resolve();
    });
    if (service.status === wanted) {
      forget();
      resolve();
    }
  });
}

describe("Service", () => {
  test("registers, and is found and called by its name", async () => {
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    await using service = new Reverser(await optionsFor(server));
    await service.waitUntilRegistered(soon);
    assert.equal(service.status, "registered");
    await using client = new RegistryClient(server.endpoint);
    assert.deepEqual(await client.lookup("greeter"), {
      name: "greeter",
      server: "127.0.0.1",
      port: service.port,
    });
    await using request = await GreeterRequest.lookup({ registry: server.endpoint });
    assert.deepEqual(await request.reverse({ field1: "hello" }), {
      $type: "Msg01",
      field1: "olleh",
    });
  });

  test("registers under the name and the address that it was given", async () => {
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    const options = await optionsFor(server);
    await using service = new Reverser({ ...options, name: "other", address: "host.example" });
    await service.waitUntilRegistered(soon);
    await using client = new RegistryClient(server.endpoint);
    const { port } = service;
    assert.deepEqual(await client.lookup("other"), { name: "other", server: "host.example", port });
    assert.equal(await client.lookup("greeter"), undefined);
  });

  test("registers the address of the interface that it listens on", async () => {
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    const [loopback = "lo"] = Object.entries(networkInterfaces())
      .filter(([, addresses]) => addresses?.some(({ internal }) => internal))
      .map(([name]) => name);
    await using service = new Reverser({ ...(await optionsFor(server)), listen: loopback });
    assert.equal(service.address, "127.0.0.1");
    assert.equal(service.endpoints[0], `tcp://127.0.0.1:${service.port}`);
  });

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

  test("says which ports it tried when none of them is free", async () => {
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

  test("looks for a port where Python's services do", () => {
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
      rpcs: [{ name: "Announce", handler: "handleMsg02", request: Msg02 }],
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

  test("serves while it waits for a registry, and registers once one has come", async () => {
    const options = await withoutRegistry();
    await using service = new Reverser(options);
    const seen: ServiceStatus[] = [service.status];
    service.onStatus((status) => seen.push(status));
    await until(service, "waiting");
    await using request = new GreeterRequest(`tcp://127.0.0.1:${service.port}`);
    assert.equal((await request.reverse({ field1: "hello" })).field1, "olleh");
    await using _server = new RegistryServer({ endpoint: options.registry });
    await service.waitUntilRegistered(soon);
    assert.equal(seen[0], "registering");
    assert.equal(seen[1], "waiting");
    assert.equal(seen.at(-1), "registered");
  });

  test("says in time what it waits for", async () => {
    const options = await withoutRegistry();
    await using service = new Reverser(options);
    await until(service, "waiting");
    await assert.rejects(service.waitUntilRegistered({ timeoutMs: 10 }), {
      code: "TIMEOUT",
      message: `Timed out after 10 ms while greeter waits for a registry at ${options.registry}`,
    });
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await assert.rejects(service.waitUntilRegistered({ signal }), reason);
  });

  test("tells the log of the layer service what it waits for and when it is registered", async () => {
    const lines: string[] = [];
    const note = (level: string) => (_details: object, message: string) =>
      void lines.push(`${level}: ${message}`);
    connection.setLogger({
      error: note("error"),
      warn: note("warn"),
      info: note("info"),
      debug: note("debug"),
    });
    connection.setLogLevel("info", "service");
    try {
      const options = await withoutRegistry();
      await using service = new Reverser(options);
      await until(service, "waiting");
      await using _server = new RegistryServer({ endpoint: options.registry });
      await service.waitUntilRegistered(soon);
      assert.deepEqual(lines, [
        `warn: greeter waits for a registry at ${options.registry} and will register once it has come`,
        `info: greeter is registered at 127.0.0.1:${service.port}`,
      ]);
    } finally {
      connection.setLogLevel("error");
      connection.setLogger();
    }
  });

  test("registers again when the registry publishes RediscoverReq", async () => {
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    await using events = new Publisher("tcp://127.0.0.1:*", [RediscoverReq]);
    const [registryEvents = ""] = events.endpoints;
    await using service = new Reverser({ ...(await optionsFor(server)), registryEvents });
    await service.waitUntilRegistered(soon);
    await using client = new RegistryClient(server.endpoint, { address: "127.0.0.1" });
    assert.equal(await client.unregister("greeter", service.port), true);
    await events.waitForSubscribers(1, soon);
    await events.send({});
    let found = await client.lookup("greeter");
    while (found === undefined) found = await client.lookup("greeter");
    assert.equal(found.port, service.port);
  });

  test("registers again with a registry that was restarted", async () => {
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    const first = new RegistryServer({ endpoint });
    await using service = new Reverser(await optionsFor(first));
    await service.waitUntilRegistered(soon);
    await first.stop();
    await until(service, "waiting");
    await using _second = new RegistryServer({ endpoint });
    await service.waitUntilRegistered(soon);
    await using client = new RegistryClient(endpoint);
    assert.equal((await client.lookup("greeter"))?.port, service.port);
  });

  test("asks again after a refusal as soon as the registry tells it to", async () => {
    let refusals = 0;
    await using server = new RegistryServer({
      endpoint: "tcp://127.0.0.1:*",
      store: {
        put: () => {
          if (refusals++ === 0) throw new RequestError("NOT_NOW", "try again");
        },
        get: () => undefined,
        remove: () => {},
      },
    });
    await using events = new Publisher("tcp://127.0.0.1:*", [RediscoverReq]);
    const [registryEvents = ""] = events.endpoints;
    await using service = new Reverser({ ...(await optionsFor(server)), registryEvents });
    await events.waitForSubscribers(1, soon);
    await using client = new RegistryClient(server.endpoint);
    while (refusals === 0) await client.lookup("greeter");
    assert.equal(service.status, "registering");
    await events.send({});
    await service.waitUntilRegistered(soon);
    assert.equal(refusals, 2);
  });

  test("unregisters when it stops", async () => {
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    const service = new Reverser(await optionsFor(server));
    await service.waitUntilRegistered(soon);
    const seen: ServiceStatus[] = [];
    service.onStatus((status) => seen.push(status));
    await service.stop();
    await service.stop();
    assert.deepEqual(seen, ["stopping", "stopped"]);
    assert.equal(service.status, "stopped");
    await using client = new RegistryClient(server.endpoint);
    assert.equal(await client.lookup("greeter"), undefined);
    await assert.rejects(service.waitUntilRegistered(), { code: "CLOSED" });
  });

  test("leaves the entry of a service that has taken its place", async () => {
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    const options = await optionsFor(server);
    const older = new Reverser(options);
    await older.waitUntilRegistered(soon);
    await using newer = new Reverser(options);
    await newer.waitUntilRegistered(soon);
    await older.stop();
    await using client = new RegistryClient(server.endpoint);
    assert.equal((await client.lookup("greeter"))?.port, newer.port);
  });

  test("lets requests at work finish when it stops", async () => {
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    const gate = new AbortController();
    const begun = new AbortController();
    class Slow extends Reverser {
      override async handleMsg01(message: Msg01): Promise<Msg01> {
        begun.abort();
        if (!gate.signal.aborted) await once(gate.signal, "abort");
        return super.handleMsg01(message);
      }
    }
    const service = new Slow(await optionsFor(server));
    await service.waitUntilRegistered(soon);
    await using request = await GreeterRequest.lookup({ registry: server.endpoint });
    const answer = request.reverse({ field1: "hello" });
    if (!begun.signal.aborted) await once(begun.signal, "abort");
    const stopped = service.stop();
    await using client = new RegistryClient(server.endpoint);
    while ((await client.lookup("greeter")) !== undefined);
    gate.abort();
    assert.equal((await answer).field1, "olleh");
    await stopped;
  });

  test("stops without delay where there is no registry", async () => {
    const service = new Reverser({ ...(await withoutRegistry()), unregisterTimeoutMs: 60_000 });
    await until(service, "waiting");
    await service.stop();
    assert.equal(service.status, "stopped");
  });

  test("stops within its time when the registry does not answer", async () => {
    await using hanging = new Router("tcp://127.0.0.1:*", [ack]);
    const [registry = ""] = hanging.endpoints;
    const service = new Reverser({
      ...(await withoutRegistry()),
      registry,
      unregisterTimeoutMs: 100,
    });
    await hanging.wait();
    await service.stop();
    assert.equal(service.status, "stopped");
  });

  test("gives unregistering up when the registry goes", async () => {
    const hanging = new Router("tcp://127.0.0.1:*", [ack]);
    const [registry = ""] = hanging.endpoints;
    const service = new Reverser({
      ...(await withoutRegistry()),
      registry,
      unregisterTimeoutMs: 60_000,
    });
    await hanging.wait();
    const stopped = service.stop();
    hanging.close();
    await stopped;
    assert.equal(service.status, "stopped");
  });

  test("closes at once, and stays listed", async () => {
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    const service = new Reverser(await optionsFor(server));
    await service.waitUntilRegistered(soon);
    service.close();
    assert.equal(service.status, "stopped");
    await service.stop();
    await using client = new RegistryClient(server.endpoint);
    assert.equal((await client.lookup("greeter"))?.port, service.port);
  });

  test("is stopped when its link is closed from outside", async () => {
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    const service = new Reverser(await optionsFor(server));
    await service.waitUntilRegistered(soon);
    for (const link of service.links) link.close();
    await until(service, "stopped");
    assert.equal(service.closed, true);
  });

  test("can be closed before it has begun", async () => {
    const service = new Reverser(await withoutRegistry());
    service.close();
    assert.equal(service.status, "stopped");
    await service.stop();
  });

  test("handles the service's own events where it is told who publishes them", async () => {
    await using news = new Publisher("tcp://127.0.0.1:*", [Msg02]);
    const subscribe = news.endpoints;
    await using service = new Reverser({ ...(await withoutRegistry()), subscribe });
    await news.waitForSubscribers(1, soon);
    await news.send({ field1: "an event" });
    while (service.events.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(service.events, ["an event"]);
  });

  test("asks the registry on this machine unless it is told otherwise", async () => {
    await using service = new Reverser({ listen, ports: await somePorts() });
    assert.deepEqual(service.endpoints.slice(1), ["tcp://localhost:5001"]);
  });
});
