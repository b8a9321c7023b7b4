import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dealer, LoadBalancing } from "dividere/connection";
import { until } from "../../support/until.js";
import { within } from "../../support/within.js";
import {
  bytes,
  expectHeartbeat,
  heartbeat,
  local,
  nextRequest,
  quick,
  register,
  registered,
  soon,
} from "./by-hand.js";

const { Broker, Client, Worker } = LoadBalancing;

describe("the broker of bytes and its workers", () => {
  test("sends a silent worker a heartbeat, and forgets the worker if it does not answer", async () => {
    await using broker = new Broker(local, local, quick);
    await using worker = await registered(broker.backendEndpoints);
    const began = performance.now();
    await expectHeartbeat(worker);
    assert.deepEqual(broker.workers, { free: 1, busy: 0 });
    assert.ok(performance.now() - began > quick.heartbeatIntervalMs / 2);
    await until(() => broker.counters.workersLost === 1, "the worker to be taken for dead");
    assert.deepEqual(broker.workers, { free: 0, busy: 0 });
    // Whatever it says makes it known again, and signs keep it so.
    await worker.send(heartbeat);
    await broker.waitForWorkers(1, soon);
    for (let sign = 0; sign < 4; sign++) {
      await expectHeartbeat(worker);
      await worker.send(heartbeat);
    }
    assert.equal(broker.counters.workersLost, 1);
    assert.deepEqual(broker.workers, { free: 1, busy: 0 });
  });

  test("gives a request to the next worker when a worker has disconnected", async () => {
    await using broker = new Broker(local, local);
    const gone = await registered(broker.backendEndpoints);
    const left = new Promise<void>((resolve) => {
      broker.onStatus(({ side, type }) => {
        if (side === "backend" && type === "disconnected") resolve();
      });
    });
    const [backend = ""] = broker.backendEndpoints;
    await using _alive = new Worker(backend, () => bytes("alive"));
    await broker.waitForWorkers(2, soon);
    gone.close();
    await within(left, "the worker's disconnection");
    await using client = new Client(broker.frontendEndpoints, { maxRetries: 0 });
    assert.equal(String(await client.request(bytes("who?"))), "alive");
    assert.equal(broker.counters.workersLost, 1);
  });

  test("treats a heartbeat from a busy worker as the end of its unanswered request", async () => {
    await using broker = new Broker(local, local, quick);
    await using worker = await registered(broker.backendEndpoints);
    await worker.send(heartbeat);
    await using client = new Dealer(broker.frontendEndpoints);
    await client.send(bytes("ignored"));
    await nextRequest(worker);
    assert.deepEqual(broker.workers, { free: 0, busy: 1 });
    await client.send(bytes("answered"));
    // What is asked of it now it can only send back once it is done with the request.
    const next = await nextRequest(worker);
    await worker.send(next);
    assert.equal(String((await client.recv(soon)).message), "answered");
  });

  test("is not misled by a heartbeat that crosses a request", async () => {
    await using broker = new Broker(local, local, { heartbeatIntervalMs: 60_000 });
    // It owes the sign that its registration was answered with.
    await using crossed = await registered(broker.backendEndpoints);
    await using client = new Dealer(broker.frontendEndpoints);
    await client.send(bytes("first"));
    const first = await nextRequest(crossed);
    await crossed.send(heartbeat);
    await crossed.send(heartbeat);
    await client.send(bytes("second"));
    await using other = await registered(broker.backendEndpoints);
    assert.equal(String((await nextRequest(other)).message), "second");
    await crossed.send(first);
    assert.equal(String((await client.recv(soon)).message), "first");
    await client.send(bytes("third"));
    assert.equal(String((await nextRequest(crossed)).message), "third");
  });

  test("takes identities that are no UTF-8, of workers and clients", async () => {
    await using broker = new Broker(local, local, quick);
    const [frontend = "", backend = ""] = [...broker.frontendEndpoints, ...broker.backendEndpoints];
    // zeromq.js takes bytes as well, which the package's own types do not offer.
    const identity = Buffer.of(0xff, 0xfe, 0x80) as unknown as string;
    await using worker = new Dealer(backend, { identity });
    await using client = new Dealer(frontend, { identity });
    await worker.send(register);
    await broker.waitForWorkers(1, soon);
    // Heartbeats name it too.
    for (let sign = 0; sign < 3; sign++) {
      await expectHeartbeat(worker);
      await worker.send(heartbeat);
    }
    await client.sendWithEmptyFrame(bytes("question"));
    const request = await nextRequest(worker);
    assert.deepEqual(request.route[0], Buffer.of(0xff, 0xfe, 0x80));
    await worker.send(request);
    assert.equal(String((await client.recv(soon)).message), "question");
  });

  test("counts malformed messages, and takes none of their senders for a worker", async () => {
    await using broker = new Broker(local, local);
    await using stranger = new Dealer(broker.backendEndpoints);
    await stranger.send(bytes("garbage"));
    await stranger.send(new Uint8Array(0));
    await stranger.send(Uint8Array.of(1, 1));
    await until(() => broker.counters.malformed === 3, "three messages to be counted");
    assert.deepEqual(broker.workers, { free: 0, busy: 0 });
    // Nor is an answer to nobody of any harm.
    await stranger.send({ route: [bytes("nobody"), new Uint8Array(0)], message: bytes("x") });
    await until(() => broker.counters.undeliverable === 1, "an answer that has no client");
    const [backend = ""] = broker.backendEndpoints;
    stranger.close();
    await using _worker = new Worker(backend, () => bytes("still here"));
    await using client = new Client(broker.frontendEndpoints);
    assert.equal(String(await client.request(bytes("?"))), "still here");
  });
});
