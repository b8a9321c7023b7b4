import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as connection from "dividere/connection";
import { ack, Request, RequestError, Subscriber } from "dividere/messaging";
import { RediscoverReq, RegistryClient, RegistryServer } from "dividere/registry";
import {
  RegisterService,
  ServiceLookupRep,
  ServiceLookupReq,
  UnregisterService,
} from "../../runtime/src/wire/gen/MsgLib.js";
import { Msg01 } from "../gen/plain.js";

const soon = { timeoutMs: 10_000 };
const anywhere = { endpoint: "tcp://127.0.0.1:*" };
const address = "127.0.0.1";

/** A peer that sends what Python's client does, and shows the answers as they are. */
function plainPeer(server: RegistryServer) {
  return new Request(server.endpoint, [
    ack,
    RegisterService,
    UnregisterService,
    ServiceLookupReq,
    ServiceLookupRep,
    Msg01,
  ]);
}

type PlainPeer = ReturnType<typeof plainPeer>;

async function ask(
  peer: PlainPeer,
  message: Parameters<PlainPeer["send"]>[0],
): ReturnType<PlainPeer["recv"]> {
  await peer.send(message, undefined, soon);
  return await peer.recv(soon);
}

describe("RegistryServer", () => {
  test("finds a service by the name that it registered under", async () => {
    await using server = new RegistryServer(anywhere);
    await using client = new RegistryClient(server.endpoint, { address });
    const entry = { name: "greeter", server: address, port: 5100 };
    assert.deepEqual(await client.register("greeter", 5100), entry);
    assert.deepEqual(await client.lookup("greeter"), entry);
  });

  test("gives the instances of a name in turn", async () => {
    await using server = new RegistryServer(anywhere);
    await using client = new RegistryClient(server.endpoint, { address });
    await client.register("greeter", 5100);
    await client.register("greeter", 5101);
    const found = [];
    for (let i = 0; i < 4; i++) found.push((await client.lookup("greeter"))?.port);
    assert.deepEqual(found.slice(0, 2).sort(), [5100, 5101]);
    assert.deepEqual(found.slice(2), found.slice(0, 2));
  });

  test("lists a service once that registers again at its address", async () => {
    await using server = new RegistryServer(anywhere);
    await using client = new RegistryClient(server.endpoint, { address });
    await client.register("greeter", 5100);
    await client.register("greeter", 5100);
    assert.deepEqual(
      (await client.list("greeter")).map(({ id }) => id),
      ["127.0.0.1:5100"],
    );
  });

  test("answers a plain peer as Python's registry does", async () => {
    await using server = new RegistryServer(anywhere);
    await using peer = plainPeer(server);
    const place = { serviceName: "greeter", server: "10.0.0.1", port: 5100 };
    const lookup = ServiceLookupReq.create({ serviceName: "greeter" });
    const nowhere = { serviceName: "greeter", server: "unavailable", port: 0 };
    assert.deepEqual(await ask(peer, lookup), ServiceLookupRep.create(nowhere));
    assert.deepEqual(await ask(peer, RegisterService.create(place)), ack.create({ ok: true }));
    assert.deepEqual(await ask(peer, lookup), ServiceLookupRep.create(place));
    assert.deepEqual(await ask(peer, UnregisterService.create(place)), ack.create({ ok: true }));
    assert.deepEqual(await ask(peer, lookup), ServiceLookupRep.create(nowhere));
  });

  test("answers ack { ok: false } to a request to unregister an unlisted service", async () => {
    await using server = new RegistryServer(anywhere);
    await using peer = plainPeer(server);
    const unknown = UnregisterService.create({ serviceName: "nobody", server: address, port: 1 });
    assert.deepEqual(await ask(peer, unknown), ack.create({ ok: false }));
    assert.deepEqual(await ask(peer, unknown), ack.create({ ok: false }));
  });

  test("removes the instance at an address and no other of its name", async () => {
    await using server = new RegistryServer(anywhere);
    await using older = new RegistryClient(server.endpoint, { address: "10.0.0.1" });
    await using newer = new RegistryClient(server.endpoint, { address: "10.0.0.2" });
    await older.register("greeter", 5100);
    await newer.register("greeter", 5100);
    assert.equal(await older.unregister("greeter", 5100), true);
    assert.equal(await older.unregister("greeter", 5100), false);
    assert.equal(await newer.unregister("greeter", 5101), false);
    assert.equal((await newer.lookup("greeter"))?.server, "10.0.0.2");
    assert.equal(await newer.unregister("greeter", 5100), true);
    assert.equal(await newer.lookup("greeter"), undefined);
  });

  test("matches any entry with an empty server and the port 0 when unregistering", async () => {
    await using server = new RegistryServer(anywhere);
    await using client = new RegistryClient(server.endpoint, { address });
    await using peer = plainPeer(server);
    await client.register("greeter", 5100);
    const any = UnregisterService.create({ serviceName: "greeter" });
    assert.deepEqual(await ask(peer, any), ack.create({ ok: true }));
    assert.equal(await client.lookup("greeter"), undefined);
  });

  const invalid: [string, RegisterService][] = [
    ["no name", { serviceName: "", server: address, port: 5100 }],
    ["no server", { serviceName: "greeter", server: "", port: 5100 }],
    ["the port 0", { serviceName: "greeter", server: address, port: 0 }],
    ["a port that there is not", { serviceName: "greeter", server: address, port: 65_536 }],
  ];

  for (const [what, registration] of invalid) {
    test(`refuses to register a service with ${what}`, async () => {
      await using server = new RegistryServer(anywhere);
      await using peer = plainPeer(server);
      const answer = await ask(peer, RegisterService.create(registration));
      assert.deepEqual(answer, ack.create({ ok: false }));
      await using client = new RegistryClient(server.endpoint, { address });
      assert.equal(await client.lookup(registration.serviceName), undefined);
    });
  }

  test("tells a client of this package the reason for a refusal", async () => {
    await using server = new RegistryServer(anywhere);
    await using client = new RegistryClient(server.endpoint, { address });
    await assert.rejects(client.register("greeter", 0), (error) => {
      assert.ok(error instanceof RequestError);
      assert.equal(error.status, "INVALID_ARGUMENT");
      assert.match(error.message, /the name "greeter".* the port 0/);
      return true;
    });
  });

  const nonsense: [string, Uint8Array][] = [
    ["no envelope", Buffer.from("\xff\xff nonsense", "latin1")],
    ["nothing", new Uint8Array(0)],
    ["an envelope without a message", Buffer.from("\n\x07unknown", "latin1")],
  ];

  for (const [what, bytes] of nonsense) {
    test(`refuses a request that is ${what}, and goes on`, async () => {
      await using server = new RegistryServer(anywhere);
      await using raw = new connection.Request(server.endpoint);
      await raw.send(bytes, soon);
      await raw.recv(soon);
      await using peer = plainPeer(server);
      assert.deepEqual(
        await ask(peer, ServiceLookupReq.create({ serviceName: "x" })),
        ServiceLookupRep.create({ serviceName: "x", server: "unavailable" }),
      );
    });
  }

  for (const stranger of [Msg01.create({ field1: "hello" }), ack.create({ ok: true })]) {
    test(`refuses a ${stranger.$type}, which is no registry request, and goes on`, async () => {
      await using server = new RegistryServer(anywhere);
      await using peer = plainPeer(server);
      assert.deepEqual(await ask(peer, stranger), ack.create({ ok: false }));
      assert.deepEqual(
        await ask(peer, UnregisterService.create({ serviceName: "x" })),
        ack.create({ ok: false }),
      );
      assert.deepEqual(
        await ask(peer, RegisterService.create({ serviceName: "x", server: "y", port: 1 })),
        ack.create({ ok: true }),
      );
    });
  }

  test("disconnects a peer whose request is far too large, and goes on", async () => {
    await using server = new RegistryServer(anywhere);
    await using raw = new connection.Dealer(server.endpoint);
    const disconnected = new Promise<void>((resolve) => {
      raw.onStatus(({ type }) => type === "disconnected" && resolve());
    });
    await raw.sendWithEmptyFrame(new Uint8Array(1_000_000));
    await disconnected;
    await using client = new RegistryClient(server.endpoint, { address });
    assert.equal(await client.lookup("greeter"), undefined);
  });

  test("tells each new subscriber to register again, however late it connects", async () => {
    await using server = new RegistryServer(anywhere);
    await using first = new Subscriber(server.eventsEndpoint, [RediscoverReq]);
    assert.deepEqual(await first.recv(soon), RediscoverReq.create());
    await using second = new Subscriber(server.eventsEndpoint, [RediscoverReq]);
    assert.deepEqual(await second.recv(soon), RediscoverReq.create());
  });

  test("sends one message to subscribers that connect together", async () => {
    await using server = new RegistryServer(anywhere);
    const subscribers = Array.from(
      { length: 50 },
      () => new Subscriber(server.eventsEndpoint, [RediscoverReq]),
    );
    await Promise.all(subscribers.map((subscriber) => subscriber.recv(soon)));
    // The one that heard the first publication hears at most those that the others caused.
    let extra = 0;
    const [first] = subscribers;
    while (await first?.wait(600)) {
      await first?.recv();
      extra++;
    }
    assert.ok(extra <= 5, `${extra} more for 50 subscribers`);
    for (const subscriber of subscribers) subscriber.close();
  });
});
