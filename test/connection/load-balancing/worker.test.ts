import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LoadBalancing, Router } from "dividere/connection";
import { within } from "../../support/within.js";
import { bytes, gate, heartbeat, local, soon } from "./by-hand.js";

const { Broker, Client, Worker } = LoadBalancing;

describe("the worker of bytes", () => {
  test("registers again with a restarted broker", async () => {
    const first = new Broker(local, local);
    const [backend = ""] = first.backendEndpoints;
    await using worker = new Worker(backend, (request) => request);
    await worker.waitForBroker(soon);
    await first.stop();
    // Not by its own heartbeat, which is seconds away.
    await using second = new Broker(local, backend);
    await second.waitForWorkers(1, soon);
    await worker.waitForBroker(soon);
    await using client = new Client(second.frontendEndpoints);
    assert.equal(String(await client.request(bytes("again"))), "again");
  });

  test("waits for a broker that has not started yet", async () => {
    const broker = new Broker(local, local);
    await broker.stop();
    const [backend = ""] = broker.backendEndpoints;
    await using worker = new Worker(backend, (request) => request);
    await using later = new Broker(broker.frontendEndpoints, backend);
    await later.waitForWorkers(1, soon);
    await worker.waitForBroker(soon);
  });

  test("answers heartbeats, and starts one when the broker is silent", async () => {
    await using broker = new Router(local);
    const [backend = ""] = broker.endpoints;
    const intervalMs = 100;
    await using worker = new Worker(backend, (r) => r, { heartbeatIntervalMs: intervalMs });
    const hello = await broker.recv(soon);
    assert.deepEqual(Buffer.from(hello.message), Buffer.of(1));
    assert.equal(String(hello.route[0]), worker.identity);
    const began = performance.now();
    assert.deepEqual(Buffer.from((await broker.recv(soon)).message), Buffer.of(2));
    const tookMs = performance.now() - began;
    assert.ok(tookMs > intervalMs * 1.25, `${tookMs} ms`);
    await broker.send({ route: hello.route, message: heartbeat });
    assert.deepEqual(Buffer.from((await broker.recv(soon)).message), Buffer.of(2));
    await worker.waitForBroker({ timeoutMs: 0 });
  });

  test("reports itself free after each answer, for a broker that does not infer it", async () => {
    await using broker = new Router(local);
    const [backend = ""] = broker.endpoints;
    await using worker = new Worker(backend, (request) => request);
    const { route } = await broker.recv(soon);
    const client = [bytes("client"), new Uint8Array(0)];
    await broker.send({ route: [...route, ...client], message: bytes("question") });
    const answer = await broker.recv(soon);
    assert.deepEqual([...answer.route.slice(1), answer.message].map(String), [
      "client",
      "",
      "question",
    ]);
    const sign = await broker.recv(soon);
    assert.deepEqual([sign.route.length, Buffer.from(sign.message)], [1, Buffer.of(2)]);
    assert.equal(worker.closed, false);
  });

  test("leaves a request unanswered when its function throws, and takes the next", async () => {
    await using broker = new Broker(local, local);
    const [backend = ""] = broker.backendEndpoints;
    const errors: string[] = [];
    let asked = 0;
    await using _worker = new Worker(
      backend,
      (request) => {
        if (++asked === 1) throw new Error("not this time");
        return request;
      },
      { onError: (error) => errors.push(error.message) },
    );
    await using client = new Client(broker.frontendEndpoints, { retryTimeoutMs: 300 });
    assert.equal(String(await client.request(bytes("please"))), "please");
    assert.deepEqual([errors, asked], [["not this time"], 2]);
  });

  test("answers the request in hand when it stops; close() aborts its signal", async () => {
    await using broker = new Broker(local, local);
    const [backend = ""] = broker.backendEndpoints;
    const started = gate();
    const goOn = gate();
    const worker = new Worker(backend, async () => {
      started.open();
      await goOn.opened;
      return bytes("finished");
    });
    await using client = new Client(broker.frontendEndpoints);
    await client.send(bytes("work"));
    await within(started.opened, "the work");
    const stopped = worker.stop();
    goOn.open();
    assert.equal(String(await client.recv(soon)), "finished");
    await within(stopped, "the worker's end");
    assert.ok(worker.closed);

    const begun = gate();
    const aborted = gate();
    const other = new Worker(backend, async (request, { signal }) => {
      signal.addEventListener("abort", aborted.open);
      begun.open();
      await aborted.opened;
      return request;
    });
    await client.send(bytes("more work"));
    await within(begun.opened, "the other work");
    other.close();
    await within(aborted.opened, "the abort");
    await within(other.stop(), "its end");
    await assert.rejects(other.waitForBroker(), { code: "CLOSED" });
  });
});
