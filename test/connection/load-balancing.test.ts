import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dealer, LoadBalancing, type Routed, Router } from "dividere/connection";
import { until } from "../support/until.js";
import { within } from "../support/within.js";

const { Broker, Client, Worker } = LoadBalancing;

const soon = { timeoutMs: 10_000 };
const local = "tcp://127.0.0.1:*";
const bytes = (text: string): Uint8Array => Buffer.from(text);
const register = Uint8Array.of(1);
const heartbeat = Uint8Array.of(2);

/** Often enough for a test, and seldom enough for a busy machine to keep up. */
const quick = { heartbeatIntervalMs: 500 };

/** A promise, and what settles it. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** A worker by hand that has registered and got the heartbeat that tells it so. */
async function registered(endpoints: readonly string[]): Promise<Dealer> {
  const dealer = new Dealer(endpoints);
  await dealer.send(register);
  await expectHeartbeat(dealer);
  return dealer;
}

async function expectHeartbeat(dealer: Dealer): Promise<void> {
  const { route, message } = await dealer.recv(soon);
  assert.deepEqual({ route, message: Buffer.from(message) }, { route: [], message: Buffer.of(2) });
}

/** The next request of a worker by hand; the heartbeats before it are sent back. */
async function nextRequest(dealer: Dealer): Promise<Routed<Uint8Array>> {
  for (;;) {
    const message = await dealer.recv(soon);
    if (message.route.length > 0) return message;
    await dealer.send(heartbeat);
  }
}

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

  test("drops what comes when the queue is full, and counts it", async () => {
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

  test("asks a silent worker for a sign, and forgets it when none comes", async () => {
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

  test("gives a request to the next worker when one has gone", async () => {
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

  test("takes a sign of a busy worker that does not answer for the end of its request", async () => {
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

  test("is not misled by a sign that crossed a request on its way", async () => {
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

  test("counts what makes no sense, and takes nobody for a worker because of it", async () => {
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

  test("fails what waits for workers when it stops, and is down then", async () => {
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

describe("the worker of bytes", () => {
  test("registers again with a broker that has come back", async () => {
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

  test("waits for a broker that is not there yet", async () => {
    const broker = new Broker(local, local);
    await broker.stop();
    const [backend = ""] = broker.backendEndpoints;
    await using worker = new Worker(backend, (request) => request);
    await using later = new Broker(broker.frontendEndpoints, backend);
    await later.waitForWorkers(1, soon);
    await worker.waitForBroker(soon);
  });

  test("sends heartbeats back, and one of its own when the broker is silent", async () => {
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

  test("says that it is free after each answer, for a broker that does not know it by that", async () => {
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

  test("lets the request at work be answered when it stops; close() aborts its signal", async () => {
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

describe("the client of bytes", () => {
  test("opens another socket and sends again until there is an answer", async () => {
    await using broker = new Router(local);
    await using client = new Client(broker.endpoints, { retryTimeoutMs: 100 });
    const answer = client.request(bytes("anyone?"));
    const peers = new Set<string>();
    for (let attempt = 1; attempt <= 3; attempt++) {
      const { route, message } = await broker.recv(soon);
      assert.equal(String(message), "anyone?");
      peers.add(Buffer.from(route[0] ?? []).toString("hex"));
      if (attempt === 3) await broker.send({ route, message: bytes("yes") });
    }
    assert.equal(String(await answer), "yes");
    assert.equal(peers.size, 3);
  });

  test("gives up after maxRetries, says how often it asked, and can be used again", async () => {
    await using broker = new Router(local);
    await using client = new Client(broker.endpoints, { retryTimeoutMs: 50, maxRetries: 2 });
    await assert.rejects(client.request(bytes("?")), {
      name: "RetryError",
      code: "TIMEOUT",
      attempts: 3,
      message: /^No answer from tcp:\S+ to a request that was sent 3 times, 50 ms apart/,
    });
    for (let attempt = 1; attempt <= 3; attempt++) await broker.recv(soon);
    const answer = client.request(bytes("once more"));
    const { route, message } = await broker.recv(soon);
    await broker.send({ route, message });
    assert.equal(String(await answer), "once more");
  });

  test("keeps asking when a recv gives up, for the next one", async () => {
    await using broker = new Router(local);
    await using client = new Client(broker.endpoints);
    await client.send(bytes("question"));
    await assert.rejects(client.recv({ timeoutMs: 1 }), { name: "DividereError", code: "TIMEOUT" });
    const { route } = await broker.recv(soon);
    await broker.send({ route, message: bytes("answer") });
    assert.equal(String(await client.recv(soon)), "answer");
  });

  test("sends and receives in turn, and fails with CLOSED when it is closed", async () => {
    await using broker = new Router(local);
    const client = new Client(broker.endpoints);
    await assert.rejects(client.recv(), { code: "OUT_OF_ORDER" });
    await client.send(bytes("one"));
    await assert.rejects(client.send(bytes("two")), { code: "OUT_OF_ORDER" });
    const waiting = client.recv();
    client.close();
    await assert.rejects(waiting, { code: "CLOSED" });
    assert.ok(client.closed);
    await assert.rejects(client.send(bytes("three")), { code: "CLOSED" });
  });
});
