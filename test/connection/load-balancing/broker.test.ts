import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dealer, LoadBalancing } from "dividere/connection";
import { until } from "../../support/until.js";
import { within } from "../../support/within.js";
import { bytes, gate, local, soon } from "./by-hand.js";

const { Broker, Client, Worker } = LoadBalancing;

describe("the broker of bytes", () => {
  test("hands each request to the worker that has been free longest", async () => {
    await using broker = new Broker(local, local);
    const [backend = ""] = broker.backendEndpoints;
    await using _one = new Worker(backend, (request) => bytes(`one ${String(request)}`));
    await broker.waitForWorkers(1, soon);
    await using _two = new Worker(backend, (request) => bytes(`two ${String(request)}`));
    await broker.waitForWorkers(2, soon);
    await using client = new Client(broker.frontendEndpoints);
    const answers: string[] = [];
    for (let asked = 0; asked < 6; asked++) {
      answers.push(String(await client.request(bytes(String(asked)))));
    }
    assert.deepEqual(answers, ["one 0", "two 1", "one 2", "two 3", "one 4", "two 5"]);
    await until(() => broker.workers.free === 2, "both workers to be free");
    const { forwarded, answered, ...others } = broker.counters;
    assert.deepEqual({ forwarded, answered }, { forwarded: 6, answered: 6 });
    assert.deepEqual(new Set(Object.values(others)), new Set([0]));
  });

  test("gives a worker nothing more until it has answered", async () => {
    await using broker = new Broker(local, local);
    const [backend = ""] = broker.backendEndpoints;
    const slow = gate();
    const started = gate();
    await using _slow = new Worker(backend, async () => {
      started.open();
      await slow.opened;
      return bytes("slow");
    });
    await broker.waitForWorkers(1, soon);
    await using first = new Client(broker.frontendEndpoints);
    await first.send(bytes("a"));
    await within(started.opened, "the slow worker's request");
    await using _quick = new Worker(backend, () => bytes("quick"));
    await broker.waitForWorkers(2, soon);
    await using second = new Client(broker.frontendEndpoints);
    for (let asked = 0; asked < 5; asked++) {
      assert.equal(String(await second.request(bytes("b"))), "quick");
    }
    assert.equal(broker.workers.busy, 1);
    slow.open();
    assert.equal(String(await first.recv(soon)), "slow");
    assert.equal(String(await second.request(bytes("c"))), "quick");
    assert.equal(String(await second.request(bytes("d"))), "slow");
  });

  test("lets requests wait for a worker, in their order", async () => {
    await using broker = new Broker(local, local);
    await using client = new Dealer(broker.frontendEndpoints);
    for (const text of ["1", "2", "3"]) await client.send(bytes(text));
    await until(() => broker.queued === 3, "three requests in the queue");
    const [backend = ""] = broker.backendEndpoints;
    const seen: string[] = [];
    await using _worker = new Worker(backend, (request) => {
      seen.push(String(request));
      return request;
    });
    for (const text of ["1", "2", "3"]) {
      assert.equal(String((await client.recv(soon)).message), text);
    }
    assert.deepEqual(seen, ["1", "2", "3"]);
    assert.equal(broker.queued, 0);
  });

  test("drops requests while the queue is full, and counts them", async () => {
    await using broker = new Broker(local, local, { queueLimit: 2 });
    await using client = new Dealer(broker.frontendEndpoints);
    for (const text of ["1", "2", "3", "4", "5"]) await client.send(bytes(text));
    await until(() => broker.counters.overflowed === 3, "three requests to be dropped");
    assert.equal(broker.queued, 2);
    const [backend = ""] = broker.backendEndpoints;
    await using _worker = new Worker(backend, (request) => request);
    for (const text of ["1", "2"]) {
      assert.equal(String((await client.recv(soon)).message), text);
    }
    await client.send(bytes("6"));
    assert.equal(String((await client.recv(soon)).message), "6");
  });

  test("passes a request straight on when a worker is free, even without a queue", async () => {
    await using broker = new Broker(local, local, { queueLimit: 0 });
    const [backend = ""] = broker.backendEndpoints;
    await using _worker = new Worker(backend, (request) => request);
    await broker.waitForWorkers(1, soon);
    await using client = new Client(broker.frontendEndpoints);
    assert.equal(String(await client.request(bytes("now"))), "now");
    assert.equal(broker.counters.overflowed, 0);
  });

  test("fails waits for workers when it stops, and has freed its ports by then", async () => {
    const broker = new Broker(local, local);
    await assert.rejects(broker.waitForWorkers(1, { timeoutMs: 1 }), {
      code: "TIMEOUT",
      message: /waited for 1 worker; it knows 0$/,
    });
    const waiting = assert.rejects(broker.waitForWorkers(), { code: "CLOSED" });
    await broker.stop();
    await waiting;
    await assert.rejects(broker.waitForWorkers(), { code: "CLOSED" });
    await using again = new Broker(broker.frontendEndpoints, broker.backendEndpoints);
    assert.deepEqual(again.backendEndpoints, broker.backendEndpoints);
  });
});
