import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { describe, test } from "node:test";
import { Request, Response } from "dividere/connection";
import { RegistryClient, RegistryServer } from "dividere/registry";
import { GreeterRequest } from "../gen/plain_dividere.js";
import { freePort } from "../support/ports.js";
import { optionsFor, somePorts, soon } from "./options.js";
import { Reverser } from "./reverser.js";

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((each) => each?.address === "::1");

const skip = hasIpv6 ? false : "this machine has no IPv6 loopback";

describe("IPv6", { skip }, () => {
  test("carries a request to an endpoint in brackets", async () => {
    await using server = new Response("tcp://[::1]:*");
    const [endpoint = ""] = server.endpoints;
    assert.match(endpoint, /^tcp:\/\/\[::1\]:\d+$/);
    await using client = new Request(endpoint);
    await client.send(Buffer.from("hello"), soon);
    assert.equal(Buffer.from(await server.recv(soon)).toString(), "hello");
    await server.send(Buffer.from("there"), soon);
    assert.equal(Buffer.from(await client.recv(soon)).toString(), "there");
  });

  test("and IPv4 reach a socket that binds * with the option ipv6", async () => {
    const port = await freePort();
    await using server = new Response(`tcp://*:${port}`, { ipv6: true });
    for (const host of ["[::1]", "127.0.0.1"]) {
      await using client = new Request(`tcp://${host}:${port}`);
      await client.send(Buffer.from(host), soon);
      assert.equal(Buffer.from(await server.recv(soon)).toString(), host);
      await server.send(Buffer.from("ok"), soon);
      await client.recv(soon);
    }
  });

  test("needs brackets", () => {
    assert.throws(() => new Request("tcp://::1:5555"), {
      code: "ENDPOINT_INVALID",
      message: /has the IPv6 address "::1" without brackets/,
    });
  });

  for (const listen of ["::1", "[::1]"]) {
    test(`is where a service listens and a client finds it: ${listen}`, async () => {
      await using server = new RegistryServer({ endpoint: `tcp://[::1]:${await freePort()}` });
      const { endpoint: registry } = server;
      await using service = new Reverser({ registry, listen, ports: await somePorts() });
      await service.waitUntilRegistered(soon);
      assert.equal(service.address, "::1");
      await using reader = new RegistryClient(registry);
      assert.deepEqual(await reader.lookup("greeter"), {
        name: "greeter",
        server: "::1",
        port: service.port,
      });
      await using client = await GreeterRequest.lookup({ registry });
      assert.deepEqual(client.endpoints, [`tcp://[::1]:${service.port}`]);
      assert.equal((await client.reverse({ field1: "hello" }, soon)).field1, "olleh");
    });
  }

  test("and IPv4 reach a service that listens on ::", async () => {
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    await using service = new Reverser({ ...(await optionsFor(server)), listen: "::" });
    for (const host of ["[::1]", "127.0.0.1"]) {
      await using client = new GreeterRequest(`tcp://${host}:${service.port}`);
      assert.equal((await client.reverse({ field1: "hello" }, soon)).field1, "olleh");
    }
  });

  test("is the address of a plain registration, with or without brackets", async () => {
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    for (const address of ["::1", "[::1]"]) {
      await using client = new RegistryClient(server.endpoint, { address });
      await client.register("greeter", 5100, soon);
    }
    await using client = new RegistryClient(server.endpoint, { address: "[::1]" });
    assert.deepEqual(
      (await client.list("greeter")).map(({ id, host }) => [id, host]),
      [["[::1]:5100", "::1"]],
    );
    assert.equal(await client.unregister("greeter", 5100, soon), true);
  });

  test("is probed", async () => {
    await using server = new RegistryServer({
      endpoint: "tcp://127.0.0.1:*",
      probe: { intervalMs: 20 },
    });
    await using socket = new Response("tcp://[::1]:*");
    await using client = new RegistryClient(server.endpoint, { address: "::1" });
    const events = client.watch("greeter");
    await events.next();
    await client.register("greeter", Number(socket.endpoints[0]?.split(":").at(-1)));
    for await (const event of events)
      if (event.type === "changed" && event.instance.health === "SERVING") break;
  });
});

describe("A host name", () => {
  test("is what a service registers, and what its client connects to", async () => {
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    const registry = server.endpoint.replace("127.0.0.1", "localhost");
    const registryEvents = server.eventsEndpoint.replace("127.0.0.1", "localhost");
    const options = { ...(await optionsFor(server)), registry, registryEvents };
    await using service = new Reverser({ ...options, address: "localhost" });
    await service.waitUntilRegistered(soon);
    await using client = await GreeterRequest.lookup({ registry });
    assert.deepEqual(client.endpoints, [`tcp://localhost:${service.port}`]);
    assert.equal((await client.reverse({ field1: "hello" }, soon)).field1, "olleh");
  });
});
