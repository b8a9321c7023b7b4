import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { describe, test } from "node:test";
import * as connection from "dividere/connection";
import { Publisher, RequestError } from "dividere/messaging";
import {
  MemoryRegistryStore,
  RediscoverReq,
  RegistryClient,
  RegistryServer,
  type StoredInstance,
} from "dividere/registry";
import type { ServiceStatus } from "dividere/service";
import { GreeterRequest } from "../gen/plain_dividere.js";
import { freePort } from "../support/ports.js";
import { optionsFor, soon, until, withoutRegistry } from "./options.js";
import { Reverser } from "./reverser.js";

describe("Service's registration", () => {
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

  test("registers under the given name and address", async () => {
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

  test("serves while it waits for a registry, and registers once the registry has started", async () => {
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

  test("names the awaited registry when a wait times out", async () => {
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

  test("logs the awaited registry and the registration in the layer service", async () => {
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

  test("registers again after a refusal as soon as the registry asks for it", async () => {
    let refusals = 0;
    class Reluctant extends MemoryRegistryStore {
      override put(record: StoredInstance, leaseMs: number): number {
        if (refusals++ === 0) throw new RequestError("NOT_NOW", "try again");
        return super.put(record, leaseMs);
      }
    }
    await using server = new RegistryServer({
      endpoint: "tcp://127.0.0.1:*",
      store: new Reluctant(),
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
});
