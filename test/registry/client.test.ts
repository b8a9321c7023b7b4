import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ack, Response } from "dividere/messaging";
import {
  localAddress,
  RegistryClient,
  RegistryServer,
  type RegistryStore,
} from "dividere/registry";
import { RegisterService } from "../../runtime/src/wire/gen/MsgLib.js";
import { freePort } from "../support/ports.js";

const address = "127.0.0.1";

describe("RegistryClient", () => {
  test("waits for a registry that has not started yet", async () => {
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    await using client = new RegistryClient(endpoint, { address });
    const connecting = new Promise<void>((resolve) => {
      client.onStatus(({ type }) => type === "retrying" && resolve());
    });
    const registered = client.register("greeter", 5100);
    await connecting;
    await using _server = new RegistryServer({ endpoint });
    assert.deepEqual(await registered, { name: "greeter", server: address, port: 5100 });
  });

  const calls: [string, (client: RegistryClient) => Promise<unknown>][] = [
    ["register", (client) => client.register("greeter", 5100, { timeoutMs: 50 })],
    ["unregister", (client) => client.unregister("greeter", 5100, { timeoutMs: 50 })],
    ["lookup", (client) => client.lookup("greeter", { timeoutMs: 50 })],
  ];
  for (const [name, call] of calls) {
    test(`${name} reports after timeoutMs that no registry is connected`, async () => {
      const endpoint = `tcp://127.0.0.1:${await freePort()}`;
      await using client = new RegistryClient(endpoint, { address });
      await assert.rejects(call(client), (error: Error & { code?: string }) => {
        assert.equal(error.code, "TIMEOUT");
        assert.match(error.message, /Timed out after 50 ms before \w+ could be sent/);
        assert.ok(error.message.includes(`no server is connected at ${endpoint}; is a registry`));
        return true;
      });
    });

    test(`${name} reports after timeoutMs that the registry does not answer`, async () => {
      // It never tells its list, so the registry has nothing to say.
      const store: RegistryStore = {
        put: () => assert.fail(),
        renew: () => assert.fail(),
        remove: () => assert.fail(),
        watch: () => () => {},
      };
      const server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*", store });
      await using client = new RegistryClient(server.endpoint, { address });
      await new Promise<void>((resolve) => {
        client.onStatus(({ type }) => type === "connected" && resolve());
      });
      await assert.rejects(call(client), {
        code: "TIMEOUT",
        message: new RegExp(
          `without an answer to \\w+ from ${server.endpoint}; is a registry running`,
        ),
      });
      server.close();
    });
  }

  test("stops waiting when its signal is aborted", async () => {
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    await using client = new RegistryClient(endpoint);
    const reason = new Error("enough");
    await assert.rejects(client.lookup("x", { signal: AbortSignal.abort(reason) }), reason);
    const later = new AbortController();
    const waiting = client.lookup("x", { signal: later.signal });
    later.abort(reason);
    await assert.rejects(waiting, reason);
  });

  test("fails its calls when it is closed", async () => {
    const client = new RegistryClient(`tcp://127.0.0.1:${await freePort()}`);
    const waiting = client.lookup("x");
    client.close();
    await assert.rejects(waiting, { code: "CLOSED" });
  });

  test("throws when a registry refuses a registration without a reason", async () => {
    await using registry = new Response("tcp://127.0.0.1:*", [RegisterService, ack]);
    const [endpoint = ""] = registry.endpoints;
    await using client = new RegistryClient(endpoint, { address });
    const registered = client.register("greeter", 5100);
    await registry.recv();
    await registry.send({ ok: false }, ack);
    await assert.rejects(registered, {
      code: "REQUEST_FAILED",
      status: "REFUSED",
      message: `The registry at ${endpoint} refused to list greeter at 127.0.0.1:5100`,
    });
  });

  test("carries many calls at once", async () => {
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    await using client = new RegistryClient(server.endpoint, { address });
    const ports = Array.from({ length: 200 }, (_, index) => 5100 + index);
    await Promise.all(ports.map((port) => client.register(`service ${port}`, port)));
    const found = await Promise.all(ports.map((port) => client.lookup(`service ${port}`)));
    assert.deepEqual(
      found.map((entry) => entry?.port),
      ports,
    );
  });

  test("asks Python's port on this machine, and announces this machine's address", async () => {
    await using client = new RegistryClient();
    assert.deepEqual(client.endpoints, ["tcp://localhost:5000"]);
    assert.equal(client.address, localAddress());
  });
});
