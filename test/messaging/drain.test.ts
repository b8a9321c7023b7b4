import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as connection from "dividere/connection";
import { Dealer, LoadBalancing, Publisher, Router } from "dividere/messaging";
import {
  MemoryRegistryStore,
  RegistryClient,
  RegistryServer,
  type RegistryStore,
} from "dividere/registry";
import { Msg01 } from "../gen/plain.js";
import { GreeterRequest } from "../gen/plain_dividere.js";
import { optionsFor } from "../service/options.js";
import { Reverser } from "../service/reverser.js";
import { freePort } from "../support/ports.js";
import { Greeter, moment, soon } from "./reactor/greeter.js";

const anywhere = "tcp://127.0.0.1:*";
const nothing = { queued: 0, inFlight: 0 };
const closed = { code: "CLOSED" };

/** A reactor whose requests wait until they are let go. */
class Held extends Greeter {
  readonly begun = moment();
  readonly mayEnd = moment();

  override async handleMsg01(msg: Msg01): Promise<Msg01> {
    this.begun.happen();
    await this.mayEnd.happened;
    return msg;
  }
}

describe("a link that drains", () => {
  test("sends what waits, refuses what comes later, and is closed then", async () => {
    const port = await freePort();
    // Without a peer and with a small mark, most of the messages wait in front of the socket.
    const dealer = new Dealer(`tcp://127.0.0.1:${port}`, [Msg01], { sendHighWaterMark: 1 });
    const sends = Array.from({ length: 50 }, (_, index) => dealer.send({ field1: `${index}` }));
    const drained = dealer.drain({ timeoutMs: 20_000 });
    await assert.rejects(dealer.send({ field1: "too late" }), closed);
    await using peer = new connection.Dealer(`@tcp://127.0.0.1:${port}`);
    for (let count = 0; count < 50; count++) await peer.recv(soon);
    await Promise.all(sends);
    assert.deepEqual(await drained, nothing);
    assert.equal(dealer.closed, true);
    assert.equal(dealer.drain(), drained);
  });

  test("counts what it gives up when nobody reads", async () => {
    const port = await freePort();
    const dealer = new Dealer(`tcp://127.0.0.1:${port}`, [Msg01], { sendHighWaterMark: 1 });
    const sends = Array.from({ length: 20 }, () => dealer.send({ field1: "x" }));
    const outcomes = Promise.allSettled(sends);
    const { queued, inFlight } = await dealer.drain({ timeoutMs: 50 });
    const failed = (await outcomes).filter(({ status }) => status === "rejected");
    assert.ok(queued > 0);
    assert.equal(inFlight, 0);
    assert.equal(failed.length, queued);
    assert.equal(dealer.stats.dropped.closed, queued);
  });

  test("has nothing to give up without messages, or when it is closed already", async () => {
    const idle = [new Publisher(anywhere, [Msg01]), new Router(anywhere, [Msg01])];
    for (const link of idle) assert.deepEqual(await link.drain(), nothing);
    const link = new Router(anywhere, [Msg01]);
    link.close();
    assert.deepEqual(await link.drain(), nothing);
  });
});

describe("a client that drains", () => {
  test("waits for the answers, and takes no further call", async () => {
    await using reactor = new Held({ serve: anywhere });
    const greeter = new GreeterRequest(reactor.endpoints);
    const call = greeter.reverse({ field1: "in flight" }, soon);
    await reactor.begun.happened;
    const drained = greeter.drain({ timeoutMs: 20_000 });
    await assert.rejects(greeter.reverse({ field1: "too late" }, soon), closed);
    reactor.mayEnd.happen();
    assert.equal((await call).field1, "in flight");
    assert.deepEqual(await drained, nothing);
    assert.equal(greeter.closed, true);
  });

  test("counts the calls that it gives up, by whether a server has them", async () => {
    await using reactor = new Held({ serve: anywhere });
    const greeter = new GreeterRequest(reactor.endpoints);
    const call = assert.rejects(greeter.reverse({ field1: "x" }, soon), closed);
    await reactor.begun.happened;
    assert.deepEqual(await greeter.drain({ timeoutMs: 20 }), { queued: 0, inFlight: 1 });
    await call;
    reactor.mayEnd.happen();
    const lonely = new GreeterRequest(`tcp://127.0.0.1:${await freePort()}`);
    const calls = [1, 2].map(() => assert.rejects(lonely.reverse({ field1: "x" }, soon), closed));
    assert.deepEqual(await lonely.drain({ timeoutMs: 20 }), { queued: 2, inFlight: 0 });
    await Promise.all(calls);
  });
});

describe("a reactor that drains", () => {
  test("lets handlers finish, and has nothing to give up", async () => {
    const reactor = new Held({ serve: anywhere });
    await using greeter = new GreeterRequest(reactor.endpoints);
    const call = greeter.reverse({ field1: "in hand" }, soon);
    await reactor.begun.happened;
    const drained = reactor.drain({ timeoutMs: 20_000 });
    reactor.mayEnd.happen();
    assert.equal((await call).field1, "in hand");
    assert.deepEqual(await drained, nothing);
  });

  test("counts the requests at work and those that wait when its time has passed", async () => {
    const reactor = new Held({ serve: anywhere }, { concurrency: 1 });
    const greeter = new GreeterRequest(reactor.endpoints);
    const calls = [1, 2, 3].map(() => assert.rejects(greeter.reverse({ field1: "x" }, soon)));
    await reactor.begun.happened;
    while (reactor.links[0]?.stats.received !== 3) await new Promise(setImmediate);
    assert.deepEqual(await reactor.drain({ timeoutMs: 20 }), { queued: 2, inFlight: 1 });
    await reactor.stopped;
    greeter.close();
    await Promise.all(calls);
    reactor.mayEnd.happen();
  });

  test("unregisters first if it is a service", async () => {
    await using registry = new RegistryServer({ endpoint: anywhere });
    const service = new Reverser(await optionsFor(registry));
    await service.waitUntilRegistered(soon);
    assert.deepEqual(await service.drain({ timeoutMs: 20_000 }), nothing);
    assert.equal(service.status, "stopped");
    await using client = new RegistryClient(registry.endpoint);
    assert.equal(await client.lookup("greeter", soon), undefined);
  });
});

describe("a registry that drains", () => {
  test("answers the requests in hand", async () => {
    const registry = new RegistryServer({ endpoint: anywhere });
    await using client = new RegistryClient(registry.endpoint);
    await client.register("greeter", 5_100, soon);
    assert.deepEqual(await registry.drain({ timeoutMs: 20_000 }), nothing);
    assert.equal(registry.closed, true);
  });

  test("counts the requests that its store does not answer in time", async () => {
    const asked = moment();
    const memory = new MemoryRegistryStore();
    const store: RegistryStore = {
      put: () => {
        asked.happen();
        return new Promise<never>(() => {});
      },
      renew: (key) => memory.renew(key),
      remove: (key) => memory.remove(key),
      watch: (watcher) => memory.watch(watcher),
    };
    const registry = new RegistryServer({ endpoint: anywhere, store });
    const client = new RegistryClient(registry.endpoint);
    const refused = assert.rejects(client.register("greeter", 5_100, soon));
    await asked.happened;
    assert.deepEqual(await registry.drain({ timeoutMs: 20 }), { ...nothing, inFlight: 1 });
    client.close();
    await refused;
  });
});

describe("a broker that drains", () => {
  test("hands out what waits, returns the answers, and refuses what comes later", async () => {
    const broker = new LoadBalancing.Broker(anywhere, anywhere);
    const reactor = new Held(
      new LoadBalancing.ServerLink(broker.backendEndpoints[0] as string, [Msg01]),
    );
    await using _reactor = reactor;
    await broker.waitForWorkers(1, soon);
    await using greeter = new GreeterRequest(broker.frontendEndpoints);
    const calls = ["first", "second"].map((field1) => greeter.reverse({ field1 }, soon));
    await reactor.begun.happened;
    while (broker.queued < 1) await new Promise(setImmediate);
    const drained = broker.drain({ timeoutMs: 20_000 });
    await assert.rejects(greeter.reverse({ field1: "late" }, soon), { status: "STOPPING" });
    reactor.mayEnd.happen();
    assert.deepEqual(
      (await Promise.all(calls)).map(({ field1 }) => field1),
      ["first", "second"],
    );
    assert.deepEqual(await drained, nothing);
    await broker.stopped;
  });

  test("counts what it gives up, at once where there is no server", async () => {
    const broker = new LoadBalancing.Broker(anywhere, anywhere);
    await using greeter = new GreeterRequest(broker.frontendEndpoints);
    const call = assert.rejects(greeter.reverse({ field1: "x" }, soon), { status: "STOPPING" });
    while (broker.queued < 1) await new Promise(setImmediate);
    assert.deepEqual(await broker.drain({ timeoutMs: 600_000 }), { queued: 1, inFlight: 0 });
    await call;
  });

  test("counts the requests that its servers have not answered in time", async () => {
    const broker = new LoadBalancing.Broker(anywhere, anywhere);
    const reactor = new Held(
      new LoadBalancing.ServerLink(broker.backendEndpoints[0] as string, [Msg01]),
    );
    await broker.waitForWorkers(1, soon);
    const greeter = new GreeterRequest(broker.frontendEndpoints);
    const call = assert.rejects(greeter.reverse({ field1: "x" }, soon));
    await reactor.begun.happened;
    assert.deepEqual(await broker.drain({ timeoutMs: 20 }), { queued: 0, inFlight: 1 });
    reactor.close();
    reactor.mayEnd.happen();
    greeter.close();
    await call;
  });
});
