import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as connection from "dividere/connection";
import { RegistryClient, RegistryServer } from "dividere/registry";
import { freePort } from "../support/ports.js";

const anywhere = { endpoint: "tcp://127.0.0.1:*" };
const address = "127.0.0.1";

describe("RegistryServer's endpoints", () => {
  test("publishes on the port after its port for requests", async () => {
    const port = await freePort();
    await using server = new RegistryServer({ endpoint: `tcp://127.0.0.1:${port}` });
    assert.equal(server.endpoint, `tcp://127.0.0.1:${port}`);
    assert.equal(server.eventsEndpoint, `tcp://127.0.0.1:${port + 1}`);
  });

  test("has Python's ports", () => {
    assert.deepEqual([RegistryServer.port, RegistryServer.eventsPort], [5000, 5001]);
  });

  for (const endpoint of ["tcp://127.0.0.1:*", "tcp://127.0.0.1:0"]) {
    test(`listens on two free ports for ${endpoint}, and shows them`, async () => {
      await using server = new RegistryServer({ endpoint });
      await using client = new RegistryClient(server.endpoint, { address });
      await client.register("greeter", 5100);
      assert.match(server.endpoint, /^tcp:\/\/127\.0\.0\.1:[1-9]\d+$/);
      assert.match(server.eventsEndpoint, /^tcp:\/\/127\.0\.0\.1:[1-9]\d+$/);
      assert.notEqual(server.endpoint, server.eventsEndpoint);
    });
  }

  test("demands the endpoint for events when it does not follow from the endpoint for requests", () => {
    assert.throws(() => new RegistryServer({ endpoint: "ipc:///tmp/registry" }), {
      code: "ENDPOINT_INVALID",
      message: /give the option eventsEndpoint too/,
    });
  });

  test("leaves no socket behind when one of its two ports is taken", async () => {
    await using taken = new connection.Publisher("tcp://127.0.0.1:*");
    const [eventsEndpoint = ""] = taken.endpoints;
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    assert.throws(() => new RegistryServer({ endpoint, eventsEndpoint }), {
      code: "ADDRESS_IN_USE",
    });
    await using server = new RegistryServer({ endpoint });
    assert.equal(server.endpoint, endpoint);
  });

  test("frees its ports when it stops", async () => {
    const first = new RegistryServer(anywhere);
    const { endpoint, eventsEndpoint } = first;
    await first.stop();
    await first.stop();
    assert.equal(first.closed, true);
    await using second = new RegistryServer({ endpoint, eventsEndpoint });
    assert.equal(second.endpoint, endpoint);
  });
});
