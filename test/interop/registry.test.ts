import assert from "node:assert/strict";
import { describe } from "node:test";
import { RegistryClient, RegistryServer } from "dividere/registry";
import { noPython } from "../support/python.js";
import { pair } from "./support/pairs.js";
import { PythonRegistry, registryPlace } from "./support/python-registry.js";

const address = "127.0.0.1";

describe("registry", { skip: await noPython() }, () => {
  pair("Registry client → registry server", {
    fromTypeScript: async () => {
      const place = await registryPlace();
      await using _python = await PythonRegistry.serve(place);
      await using client = new RegistryClient(place.endpoint, { address });
      assert.equal(await client.lookup("greeter"), undefined);
      const entry = { name: "greeter", server: address, port: 5100 };
      assert.deepEqual(await client.register("greeter", 5100), entry);
      assert.deepEqual(await client.lookup("greeter"), entry);
      assert.equal(await client.unregister("greeter", 5100), true);
      assert.equal(await client.lookup("greeter"), undefined);
    },
    fromPython: async () => {
      const place = await registryPlace();
      await using _server = new RegistryServer(place);
      await using python = await PythonRegistry.start(place);
      const nowhere = { name: "greeter", server: "unavailable", port: 0 };
      assert.deepEqual(await python.lookup("greeter"), nowhere);
      await python.register("greeter", 5100);
      const entry = { name: "greeter", server: address, port: 5100 };
      assert.deepEqual(await python.lookup("greeter"), entry);
      await python.unregister("greeter", 5100);
      assert.deepEqual(await python.lookup("greeter"), nowhere);
    },
  });

  pair("Registry client → registry server, a service that the other side registered", {
    fromTypeScript: async () => {
      const place = await registryPlace();
      await using python = await PythonRegistry.serve(place);
      await using client = new RegistryClient(place.endpoint, { address });
      await python.register("theirs", 5101);
      await client.register("ours", 5100);
      assert.equal((await client.lookup("theirs"))?.port, 5101);
      assert.equal((await python.lookup("ours")).port, 5100);
    },
    fromPython: async () => {
      const place = await registryPlace();
      await using _server = new RegistryServer(place);
      await using python = await PythonRegistry.start(place);
      await using client = new RegistryClient(place.endpoint, { address });
      await python.register("theirs", 5101);
      await client.register("ours", 5100);
      assert.equal((await client.lookup("theirs"))?.port, 5101);
      assert.equal((await python.lookup("ours")).port, 5100);
      await python.unregister("ours", 5100);
      assert.equal(await client.lookup("ours"), undefined);
    },
  });

  pair("Registry client → registry server, unregistering an unlisted name", {
    fromTypeScript: {
      cannot: "Python's registry thread ends at the request, and answers no further requests",
      shows: async () => {
        const place = await registryPlace();
        await using _python = await PythonRegistry.serve(place);
        await using client = new RegistryClient(place.endpoint, { address });
        await client.register("greeter", 5100);
        const timeoutMs = 4_000;
        await assert.rejects(client.unregister("nobody", 5100, { timeoutMs }), { code: "TIMEOUT" });
        await assert.rejects(client.lookup("greeter", { timeoutMs }), { code: "TIMEOUT" });
      },
    },
    fromPython: async () => {
      const place = await registryPlace();
      await using _server = new RegistryServer(place);
      await using python = await PythonRegistry.start(place);
      await python.register("greeter", 5100);
      await python.unregister("nobody", 5100);
      assert.equal((await python.lookup("greeter")).port, 5100);
    },
  });
});
