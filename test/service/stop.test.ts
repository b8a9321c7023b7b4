import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { ack, Router } from "dividere/messaging";
import { RegistryClient, RegistryServer } from "dividere/registry";
import type { ServiceStatus } from "dividere/service";
import type { Msg01 } from "../gen/plain.js";
import { GreeterRequest } from "../gen/plain_dividere.js";
import { optionsFor, soon, until, withoutRegistry } from "./options.js";
import { Reverser } from "./reverser.js";

describe("Service that stops", () => {
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

  test("lets requests in hand finish when it stops", async () => {
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

  test("gives up unregistering when the registry disconnects", async () => {
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
});
