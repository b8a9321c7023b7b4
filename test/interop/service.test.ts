import assert from "node:assert/strict";
import { describe } from "node:test";
import { Subscriber } from "dividere/messaging";
import { RediscoverReq, RegistryClient, RegistryServer } from "dividere/registry";
import { GreeterRequest } from "../gen/plain_dividere.js";
import { Reverser } from "../service/reverser.js";
import { freePort } from "../support/ports.js";
import { noPython } from "../support/python.js";
import { pair } from "./support/pairs.js";
import { PythonRegistry, type RegistryPlace, registryPlace } from "./support/python-registry.js";

const soon = { timeoutMs: 20_000 };

async function ourService(place: RegistryPlace): Promise<Reverser> {
  const first = await freePort();
  const service = new Reverser({
    registry: place.endpoint,
    registryEvents: place.eventsEndpoint,
    listen: "127.0.0.1",
    ports: { first, last: first + 20 },
    // Python's registry takes a second for each request.
    unregisterTimeoutMs: 20_000,
  });
  await service.waitUntilRegistered(soon);
  return service;
}

/** Looks a name up until it is listed; who registers it tells nobody. */
async function listed(place: RegistryPlace, name: string): Promise<number> {
  await using client = new RegistryClient(place.endpoint);
  for (;;) {
    const entry = await client.lookup(name, soon);
    if (entry !== undefined) return entry.port;
  }
}

describe("service", { skip: await noPython() }, () => {
  pair("Client by name → service, through Python's registry", {
    fromTypeScript: async () => {
      const place = await registryPlace();
      await using python = await PythonRegistry.serve(place);
      const { name } = await python.startService();
      await using client = await GreeterRequest.lookup({ registry: place.endpoint, name });
      assert.equal((await client.reverse({ field1: "hello" })).field1, "olleh");
    },
    fromPython: async () => {
      const place = await registryPlace();
      await using python = await PythonRegistry.serve(place);
      await using _service = await ourService(place);
      assert.equal(await python.callByName("greeter", "hello"), "olleh");
    },
  });

  pair("Client by name → service, through our registry", {
    fromTypeScript: async () => {
      const place = await registryPlace();
      await using _server = new RegistryServer(place);
      await using python = await PythonRegistry.start(place);
      const { name } = await python.startService();
      await using client = await GreeterRequest.lookup({ registry: place.endpoint, name });
      assert.equal((await client.reverse({ field1: "hello" })).field1, "olleh");
    },
    fromPython: async () => {
      const place = await registryPlace();
      await using _server = new RegistryServer(place);
      await using python = await PythonRegistry.start(place);
      await using _service = await ourService(place);
      assert.equal(await python.callByName("greeter", "hello"), "olleh");
    },
  });

  pair("Service → registry, registering again when the registry restarts", {
    fromTypeScript: async () => {
      const place = await registryPlace();
      await using first = await PythonRegistry.serve(place);
      await using service = await ourService(place);
      await first.close();
      await using second = await PythonRegistry.serve(place);
      await service.waitUntilRegistered(soon);
      assert.equal((await second.lookup("greeter")).port, service.port);
    },
    fromPython: async () => {
      const place = await registryPlace();
      await using first = new RegistryServer(place);
      await using python = await PythonRegistry.start(place);
      const { name, port } = await python.startService();
      await first.stop();
      await using _second = new RegistryServer(place);
      assert.equal(await listed(place, name), port);
    },
  });

  pair("Service → registry, registering again on RediscoverReq", {
    fromTypeScript: async () => {
      // It is listed in a registry of ours and hears Python's, which publishes once it has started:
      // so what lists it again is the publication and not a new connection.
      const [ours, theirs] = [await registryPlace(), await registryPlace()];
      await using _server = new RegistryServer(ours);
      await using service = await ourService({ ...ours, eventsEndpoint: theirs.eventsEndpoint });
      await using client = new RegistryClient(ours.endpoint, { address: "127.0.0.1" });
      await using _python = await PythonRegistry.serve(theirs);
      assert.equal(await client.unregister("greeter", service.port), true);
      assert.equal(await listed(ours, "greeter"), service.port);
    },
    fromPython: async () => {
      const place = await registryPlace();
      await using _server = new RegistryServer(place);
      await using python = await PythonRegistry.start(place);
      const { name, port } = await python.startService();
      await using client = new RegistryClient(place.endpoint, { address: "127.0.0.1" });
      assert.equal(await client.unregister(name, port), true);
      // Whoever subscribes makes the registry publish to all.
      await using subscriber = new Subscriber(place.eventsEndpoint, [RediscoverReq]);
      await subscriber.recv(soon);
      assert.equal(await listed(place, name), port);
    },
  });

  pair("Service → registry, unregistering when it stops", {
    fromTypeScript: async () => {
      const place = await registryPlace();
      await using python = await PythonRegistry.serve(place);
      const service = await ourService(place);
      await service.stop();
      assert.equal((await python.lookup("greeter")).server, "unavailable");
    },
    fromPython: {
      cannot: "Python's service does not unregister",
      shows: async () => {
        const place = await registryPlace();
        await using _server = new RegistryServer(place);
        await using python = await PythonRegistry.start(place);
        const { name, port } = await python.startService();
        await python.stopService();
        assert.equal(await listed(place, name), port);
      },
    },
  });

  pair("Services of one name → registry, each an instance of its own", {
    fromTypeScript: {
      cannot: "Python's registry lists one address for a name; the last that registers replaces it",
      shows: async () => {
        const place = await registryPlace();
        await using python = await PythonRegistry.serve(place);
        await using _first = await ourService(place);
        await using second = await ourService(place);
        assert.equal((await python.lookup("greeter")).port, second.port);
        assert.equal((await python.lookup("greeter")).port, second.port);
      },
    },
    fromPython: async () => {
      const place = await registryPlace();
      await using _server = new RegistryServer(place);
      await using one = await PythonRegistry.start(place);
      await using two = await PythonRegistry.start(place);
      const { name, port } = await one.startService();
      const other = await two.startService();
      assert.equal(other.name, name);
      await using registry = new RegistryClient(place.endpoint, { address: "127.0.0.1" });
      const ids = [`127.0.0.1:${port}`, `127.0.0.1:${other.port}`];
      assert.deepEqual(
        (await registry.list(name)).map(({ id }) => id),
        ids.sort(),
      );
      // A look-up in Python gets the instances in turn, and so does its caller.
      const found = [await one.lookup(name), await one.lookup(name), await one.lookup(name)];
      const ports = found.map((each) => each.port);
      assert.deepEqual(new Set(ports), new Set([port, other.port]));
      assert.equal(ports[2], ports[0]);
      assert.equal(await one.callByName(name, "hello"), "olleh");
      assert.equal(await one.callByName(name, "world"), "dlrow");
      // Ours reaches both at once.
      await using client = await GreeterRequest.lookup({ registry: place.endpoint, name });
      assert.equal(client.endpoints.length, 2);
      assert.equal((await client.reverse({ field1: "hello" })).field1, "olleh");
      // Unregistering removes that instance only.
      await one.unregister(name, port);
      assert.equal((await one.lookup(name)).port, other.port);
    },
  });

  pair("Client by name → service that moves, through Python's registry", {
    fromTypeScript: async () => {
      const place = await registryPlace();
      await using _python = await PythonRegistry.serve(place);
      const first = await ourService(place);
      await using client = await GreeterRequest.lookup({ registry: place.endpoint });
      assert.equal((await client.reverse({ field1: "hello" })).field1, "olleh");
      await first.stop();
      await using _second = await ourService(place);
      const answer = await client.reverse({ field1: "moved" }, { timeoutMs: 20_000 });
      assert.equal(answer.field1, "devom");
    },
  });

  pair("Service → registry, stopping after another service has taken its name", {
    fromTypeScript: async () => {
      const place = await registryPlace();
      await using python = await PythonRegistry.serve(place);
      const older = await ourService(place);
      await using newer = await ourService(place);
      await older.stop();
      assert.equal((await python.lookup("greeter")).port, newer.port);
    },
  });
});
