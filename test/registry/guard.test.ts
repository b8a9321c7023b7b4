import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { generateKeyPair } from "dividere/connection";
import { ack, Request } from "dividere/messaging";
import {
  RegistryClient,
  type RegistryClientOptions,
  RegistryServer,
  type RegistryServerOptions,
} from "dividere/registry";
import { RegisterService, UnregisterService } from "../../runtime/src/wire/gen/MsgLib.js";
import { listen, optionsFor, soon } from "../service/options.js";
import { Reverser } from "../service/reverser.js";

const anywhere = { endpoint: "tcp://127.0.0.1:*" };
const denied = { code: "REQUEST_FAILED", status: "PERMISSION_DENIED" };
const tooMany = { code: "REQUEST_FAILED", status: "RESOURCE_EXHAUSTED" };
const invalid = { code: "REQUEST_FAILED", status: "INVALID_ARGUMENT" };
const address = "10.0.0.1";

/** Asks as Python's client does, over a REQ socket, and gives the `ok` of the answer. */
async function plainly(server: RegistryServer, request: RegisterService | UnregisterService) {
  await using peer = new Request(server.endpoint, [ack, RegisterService, UnregisterService]);
  await peer.send(request, undefined, soon);
  return (await peer.recv(soon)) as ack;
}

const refused = ack.create({ ok: false });
const granted = ack.create({ ok: true });
const place = { serviceName: "greeter", server: "10.0.0.9", port: 5999 };

async function entry(server: RegistryServer, options: RegistryClientOptions = {}) {
  await using client = new RegistryClient(server.endpoint, options);
  const found = await client.lookup("greeter", soon);
  return found === undefined ? undefined : `${found.server}:${found.port}`;
}

describe("RegistryServer, for an entry with a token", () => {
  async function listed() {
    const server = new RegistryServer(anywhere);
    const owner = new RegistryClient(server.endpoint, { address, token: "ours" });
    await owner.register("greeter", 5100, soon);
    return { server, owner };
  }

  const strangers: [string, RegistryClientOptions][] = [
    ["no token", { address }],
    ["another token", { address, token: "theirs" }],
  ];
  for (const [what, options] of strangers) {
    test(`refuses a client with ${what}`, async () => {
      const { server, owner } = await listed();
      await using _owner = owner;
      await using _server = server;
      await using stranger = new RegistryClient(server.endpoint, options);
      await assert.rejects(stranger.register("greeter", 5101, soon), denied);
      await assert.rejects(stranger.unregister("greeter", 5100, soon), denied);
      assert.equal(await entry(server), "10.0.0.1:5100");
      // Any other name is free.
      await stranger.register("other", 5102, soon);
    });
  }

  test("refuses a plain peer, whatever it names", async () => {
    const { server, owner } = await listed();
    await using _owner = owner;
    await using _server = server;
    assert.deepEqual(await plainly(server, RegisterService.create(place)), refused);
    const any = UnregisterService.create({ serviceName: "greeter" });
    assert.deepEqual(await plainly(server, any), refused);
    assert.equal(await entry(server), "10.0.0.1:5100");
  });

  test("takes another client with the same token, even while the owner is connected", async () => {
    const { server, owner } = await listed();
    await using _owner = owner;
    await using _server = server;
    const next = new RegistryClient(server.endpoint, { address: "10.0.0.2", token: "ours" });
    await using _next = next;
    await next.register("greeter", 5101, soon);
    assert.equal(await next.unregister("greeter", 5101, soon), true);
    assert.equal(await entry(server), "10.0.0.1:5100");
    // The token stands for the same owner, from any connection.
    await using again = new RegistryClient(server.endpoint, { address, token: "ours" });
    assert.equal(await again.unregister("greeter", 5100, soon), true);
    await using stranger = new RegistryClient(server.endpoint, { address });
    await stranger.register("greeter", 5103, soon);
  });

  test("takes the entry of a plain peer over", async () => {
    await using server = new RegistryServer(anywhere);
    assert.deepEqual(await plainly(server, RegisterService.create(place)), granted);
    await using owner = new RegistryClient(server.endpoint, { address, token: "ours" });
    await owner.register("greeter", 5100, soon);
    assert.deepEqual(await plainly(server, RegisterService.create(place)), refused);
  });

  test("keeps a service listed that others try to replace", async () => {
    await using server = new RegistryServer(anywhere);
    const options = await optionsFor(server);
    await using service = new Reverser({ ...options, registryToken: "ours" });
    await service.waitUntilRegistered(soon);
    assert.deepEqual(await plainly(server, RegisterService.create(place)), refused);
    assert.equal(await entry(server), `${listen}:${service.port}`);
    await service.stop();
    assert.equal(await entry(server), undefined);
  });

  test("needs a token that is not empty", async () => {
    assert.throws(() => new RegistryClient("tcp://127.0.0.1:9", { token: "" }), {
      code: "OPTION_INVALID",
    });
  });
});

describe("RegistryServer with guardConnections", () => {
  const keys = generateKeyPair();
  const security = { keys, allow: [keys.publicKey], servers: keys.publicKey };
  const guarded: [string, RegistryServerOptions, RegistryClientOptions][] = [
    ["the option", { ...anywhere, guardConnections: true }, {}],
    ["CURVE, by default", { ...anywhere, security }, { security }],
  ];
  for (const [what, options, secured] of guarded) {
    test(`refuses others while the owner is connected: ${what}`, async () => {
      await using server = new RegistryServer(options);
      await using owner = new RegistryClient(server.endpoint, { address, ...secured });
      await owner.register("greeter", 5100, soon);
      await owner.register("greeter", 5101, soon);
      await using stranger = new RegistryClient(server.endpoint, { address, ...secured });
      await assert.rejects(stranger.register("greeter", 5101, soon), denied);
      await assert.rejects(stranger.unregister("greeter", 5101, soon), denied);
      // Its own instance of the name is another matter.
      await stranger.register("greeter", 5102, soon);
      await assert.rejects(owner.unregister("greeter", 5102, soon), denied);
      assert.equal(await stranger.unregister("greeter", 5102, soon), true);
      // The question whether it is still there has done the owner no harm.
      assert.equal(await owner.unregister("greeter", 5101, soon), true);
      assert.equal(await owner.unregister("greeter", 5100, soon), true);
    });
  }

  test("gives an entry free once its connection is lost", async () => {
    await using server = new RegistryServer({ ...anywhere, guardConnections: true });
    const owner = new RegistryClient(server.endpoint, { address });
    await owner.register("greeter", 5100, soon);
    await using next = new RegistryClient(server.endpoint, { address });
    await assert.rejects(next.register("greeter", 5100, soon), denied);
    owner.close();
    for (;;) {
      try {
        await next.register("greeter", 5100, soon);
        break;
      } catch (error) {
        // The server may not have seen the end of the connection yet.
        assert.equal((error as { status?: string }).status, "PERMISSION_DENIED");
      }
    }
    assert.equal(await next.unregister("greeter", 5100, soon), true);
  });

  test("refuses plain peers, whose own entries are anybody's", async () => {
    await using server = new RegistryServer({ ...anywhere, guardConnections: true });
    await using owner = new RegistryClient(server.endpoint, { address });
    await owner.register("greeter", 5100, soon);
    assert.deepEqual(await plainly(server, RegisterService.create(place)), refused);
    const theirs = { ...place, serviceName: "theirs" };
    assert.deepEqual(await plainly(server, RegisterService.create(theirs)), granted);
    assert.deepEqual(
      await plainly(server, RegisterService.create({ ...theirs, port: 5998 })),
      granted,
    );
    assert.deepEqual(
      await plainly(server, UnregisterService.create({ serviceName: "theirs" })),
      granted,
    );
  });

  test("lists two services of a name, each its own", async () => {
    await using server = new RegistryServer({ ...anywhere, guardConnections: true });
    const options = await optionsFor(server);
    const first = new Reverser(options);
    await first.waitUntilRegistered(soon);
    await using second = new Reverser(options);
    await second.waitUntilRegistered(soon);
    await using client = new RegistryClient(server.endpoint, { address: listen });
    await assert.rejects(client.register("greeter", second.port, soon), denied);
    await assert.rejects(client.unregister("greeter", first.port, soon), denied);
    await first.stop();
    assert.equal(await entry(server), `${listen}:${second.port}`);
  });
});

describe("RegistryServer's limits", () => {
  test("refuses an instance beyond maxServices, until another is removed", async () => {
    await using server = new RegistryServer({ ...anywhere, maxServices: 3 });
    await using client = new RegistryClient(server.endpoint, { address });
    for (const name of ["a", "b", "c"]) await client.register(name, 5100, soon);
    await assert.rejects(client.register("d", 5100, soon), tooMany);
    const d = RegisterService.create({ ...place, serviceName: "d" });
    assert.deepEqual(await plainly(server, d), refused);
    assert.equal(await client.lookup("d", soon), undefined);
    await assert.rejects(client.register("a", 5101, soon), tooMany);
    await client.register("a", 5100, soon);
    await client.unregister("b", 5100, soon);
    await client.register("d", 5100, soon);
    await assert.rejects(client.register("b", 5100, soon), tooMany);
  });

  test("takes names and hosts of 255 bytes and no longer ones", async () => {
    await using server = new RegistryServer(anywhere);
    const long = "é".repeat(127);
    await using client = new RegistryClient(server.endpoint, { address: "h".repeat(255) });
    await client.register(`${long}x`, 5100, soon);
    assert.equal((await client.lookup(`${long}x`, soon))?.port, 5100);
    await assert.rejects(client.register(`${long}é`, 5100, soon), (error: Error) => {
      assert.match(error.message, /name of a service has 256 bytes, and at most 255/);
      return true;
    });
    await using other = new RegistryClient(server.endpoint, { address: "h".repeat(256) });
    await assert.rejects(other.register("greeter", 5100, soon), invalid);
    const host = RegisterService.create({ ...place, server: "h".repeat(300) });
    assert.deepEqual(await plainly(server, host), refused);
    assert.equal(await entry(server), undefined);
  });
});
