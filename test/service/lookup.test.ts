import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setLogger, setLogLevel } from "dividere/connection";
import { MemoryRegistryStore, RegistryClient, RegistryServer } from "dividere/registry";
import { GreeterRequest } from "../gen/plain_dividere.js";
import { freePort } from "../support/ports.js";
import { optionsFor, soon } from "./options.js";
import { Reverser } from "./reverser.js";

/** Waits until a layer logs a message. */
function logged(layer: "registry", wanted: string): Promise<void> {
  return new Promise((resolve) => {
    const note = (_details: object, message: string): void => {
      if (message !== wanted) return;
      setLogLevel("error", layer);
      setLogger();
      resolve();
    };
    setLogger({ error: note, warn: note, info: note, debug: note });
    setLogLevel("debug", layer);
  });
}

const local = { endpoint: "tcp://127.0.0.1:*" };

describe("lookup", () => {
  test("makes a client whose calls a service of another name refuses, and which then calls the right one", async () => {
    await using registry = new RegistryServer(local);
    const options = await optionsFor(registry);
    const work = new Reverser({ ...options, name: "work" });
    await work.waitUntilRegistered(soon);
    const asked = { registry: registry.endpoint, name: "work" };
    await using client = await GreeterRequest.lookup({ ...asked, follow: false });
    await using follower = await GreeterRequest.lookup(asked);
    assert.equal((await client.reverse({ field1: "hello" }, soon)).field1, "olleh");
    // Without unregistering, as a service that is killed.
    work.close();
    const ports = { first: work.port, last: work.port };
    await using audit = new Reverser({ ...options, ports, name: "audit" });
    await audit.waitUntilRegistered(soon);
    await assert.rejects(client.reverse({ field1: "hello" }, soon), {
      status: "WRONG_SERVICE",
      message: /The service "work" is not served here, "audit" is/,
    });
    const call = follower.reverse({ field1: "hello" }, soon);
    await using _work = new Reverser({ ...options, name: "work" });
    assert.equal((await call).field1, "olleh");
    // A client that knows the address alone asks for no name.
    await using direct = new GreeterRequest(`tcp://127.0.0.1:${audit.port}`);
    assert.equal((await direct.reverse({ field1: "hello" }, soon)).field1, "olleh");
  });

  test("reports that no service of that name is listed", async () => {
    await using server = new RegistryServer(local);
    const registry = server.endpoint;
    await assert.rejects(GreeterRequest.lookup({ registry }), {
      code: "NOT_FOUND",
      message: `No service "greeter" was listed by the registry at ${registry}; is it running, and registered under that name?`,
    });
  });

  test("waits for a service that has not registered yet", async () => {
    await using server = new RegistryServer(local);
    const { endpoint: registry, eventsEndpoint: registryEvents } = server;
    const inVain = logged("registry", "looked a service up");
    const found = GreeterRequest.lookup({ registry, wait: true });
    await inVain;
    const first = await freePort();
    await using _service = new Reverser({
      registry,
      registryEvents,
      listen: "127.0.0.1",
      ports: { first, last: first + 20 },
    });
    await using request = await found;
    assert.equal((await request.reverse({ field1: "hello" })).field1, "olleh");
  });

  test("gives up waiting for a service after timeoutMs", async () => {
    await using server = new RegistryServer(local);
    const registry = server.endpoint;
    await assert.rejects(GreeterRequest.lookup({ registry, wait: true, timeoutMs: 300 }), {
      code: "TIMEOUT",
      message: /^No service "greeter" was listed within 300 ms by the registry at /,
    });
  });

  test("waits for a registry that has not started yet, and looks up the given name", async () => {
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    const found = GreeterRequest.lookup({ registry: endpoint, name: "other" });
    const store = new MemoryRegistryStore();
    await using earlier = new RegistryServer({ ...local, store });
    await using client = new RegistryClient(earlier.endpoint, { address: "127.0.0.1" });
    await client.register("other", 5100);
    await using _server = new RegistryServer({ endpoint, store });
    await using request = await found;
    assert.deepEqual(request.endpoints, ["tcp://127.0.0.1:5100"]);
  });

  test("reports after timeoutMs that no registry is connected", async () => {
    const registry = `tcp://127.0.0.1:${await freePort()}`;
    await assert.rejects(GreeterRequest.lookup({ registry, timeoutMs: 50 }), {
      code: "TIMEOUT",
      message: new RegExp(`no server is connected at ${registry}; is a registry running there`),
    });
  });

  test("gives up when its signal is aborted", async () => {
    await using server = new RegistryServer(local);
    const reason = new Error("enough");
    const giveUp = new AbortController();
    const found = GreeterRequest.lookup({
      registry: server.endpoint,
      wait: true,
      signal: giveUp.signal,
    });
    giveUp.abort(reason);
    await assert.rejects(found, reason);
  });

  test("never binds, whatever the registry answers", async () => {
    await using server = new RegistryServer(local);
    await using client = new RegistryClient(server.endpoint, { address: "*" });
    await client.register("greeter", 5100);
    await assert.rejects(GreeterRequest.lookup({ registry: server.endpoint }), {
      code: "ENDPOINT_INVALID",
    });
  });

  test("hands the client its options", async () => {
    await using server = new RegistryServer(local);
    await using client = new RegistryClient(server.endpoint, { address: "127.0.0.1" });
    const port = await freePort();
    await client.register("greeter", port);
    await using request = await GreeterRequest.lookup({
      registry: server.endpoint,
      client: { timeoutMs: 50 },
    });
    await assert.rejects(request.reverse({ field1: "" }), {
      code: "TIMEOUT",
      message: new RegExp(
        `^Timed out after 50 ms .* no server is connected at tcp://127.0.0.1:${port}`,
      ),
    });
  });
});
