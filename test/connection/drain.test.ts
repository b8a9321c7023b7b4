import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Dealer,
  LoadBalancing,
  Request,
  Response,
  Router,
  Proxy as ZeroMqProxy,
} from "dividere/connection";
import { until } from "../support/until.js";
import { bytes, gate, local, soon } from "./load-balancing/by-hand.js";

const nothing = { queued: 0, inFlight: 0 };
const closed = { code: "CLOSED" };

describe("a proxy that drains", () => {
  test("returns the answers to what has passed, and drops what comes later", async () => {
    const proxy = new ZeroMqProxy(local, local);
    await using worker = new Dealer(proxy.backendEndpoints);
    await using client = new Dealer(proxy.frontendEndpoints);
    await client.send({ route: [bytes("1"), bytes("")], message: bytes("early") });
    const request = await worker.recv(soon);
    const drained = proxy.drain({ timeoutMs: 20_000 });
    assert.equal(proxy.drain(), drained);
    await client.send({ route: [bytes("2"), bytes("")], message: bytes("late") });
    await until(() => proxy.refused === 1, "the later request");
    await worker.send(request);
    assert.equal(String((await client.recv(soon)).message), "early");
    assert.deepEqual(await drained, nothing);
    await proxy.stopped;
  });

  test("counts the requests without a worker, and those without an answer", async () => {
    const proxy = new ZeroMqProxy(local, local);
    await using client = new Dealer(proxy.frontendEndpoints);
    const passed = new ZeroMqProxy(local, local);
    await using other = new Request(passed.frontendEndpoints);
    await using worker = new Response(passed.backendEndpoints);
    await client.send(bytes("nobody takes it"));
    await other.send(bytes("nobody answers it"));
    await worker.recv(soon);
    const counts = () => proxy.drain({ timeoutMs: 200 });
    assert.deepEqual(await passed.drain({ timeoutMs: 20 }), { queued: 0, inFlight: 1 });
    assert.deepEqual(await counts(), { queued: 1, inFlight: 0 });
  });

  test("has nothing to give up without requests", async () => {
    assert.deepEqual(await new ZeroMqProxy(local, local).drain(), nothing);
  });
});

describe("a worker of bytes that drains", () => {
  test("answers the request in hand, and is closed then", async () => {
    await using broker = new LoadBalancing.Broker(local, local);
    const [begun, mayEnd] = [gate(), gate()];
    const worker = new LoadBalancing.Worker(broker.backendEndpoints[0] ?? "", async (request) => {
      begun.open();
      await mayEnd.opened;
      return request;
    });
    await using client = new LoadBalancing.Client(broker.frontendEndpoints);
    const answer = client.request(bytes("in hand"));
    await begun.opened;
    const drained = worker.drain({ timeoutMs: 20_000 });
    assert.equal(worker.drain(), drained);
    assert.equal(worker.closed, true);
    mayEnd.open();
    assert.equal(String(await answer), "in hand");
    assert.deepEqual(await drained, nothing);
  });

  test("aborts and counts the request that is not answered in time", async () => {
    await using broker = new LoadBalancing.Broker(local, local);
    const aborted = gate();
    const begun = gate();
    const [backend = ""] = broker.backendEndpoints;
    const worker = new LoadBalancing.Worker(backend, (_request, { signal }) => {
      signal.addEventListener("abort", aborted.open);
      begun.open();
      return new Promise<never>(() => {});
    });
    await using client = new LoadBalancing.Client(broker.frontendEndpoints);
    await client.send(bytes("for ever"));
    await begun.opened;
    assert.deepEqual(await worker.drain({ timeoutMs: 20 }), { queued: 0, inFlight: 1 });
    await aborted.opened;
  });

  test("has nothing to give up without a broker", async () => {
    await using broker = new Router(local);
    const worker = new LoadBalancing.Worker(broker.endpoints[0] ?? "", (request) => request);
    assert.deepEqual(await worker.drain(), nothing);
  });
});

describe("a client of bytes that drains", () => {
  test("waits for the answer, which can still be received, and takes no further call", async () => {
    await using server = new Router(local);
    const client = new LoadBalancing.Client(server.endpoints);
    await client.send(bytes("question"));
    const request = await server.recv(soon);
    const drained = client.drain({ timeoutMs: 20_000 });
    assert.equal(client.drain(), drained);
    await assert.rejects(client.send(bytes("late")), closed);
    await server.send(request);
    assert.deepEqual(await drained, nothing);
    assert.equal(client.closed, true);
    assert.equal(String(await client.recv(soon)), "question");
    await assert.rejects(client.recv(soon), closed);
  });

  test("gives a call up when its time has passed", async () => {
    await using server = new Router(local);
    const client = new LoadBalancing.Client(server.endpoints);
    const call = assert.rejects(client.request(bytes("question")), closed);
    await server.recv(soon);
    assert.deepEqual(await client.drain({ timeoutMs: 20 }), { queued: 0, inFlight: 1 });
    await call;
  });

  test("has nothing to give up without a call", async () => {
    await using server = new Router(local);
    assert.deepEqual(await new LoadBalancing.Client(server.endpoints).drain(), nothing);
  });
});
