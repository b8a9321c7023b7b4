import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Dealer,
  Request,
  Response,
  Router,
  type SidedStatusEvent,
  Proxy as ZeroMqProxy,
} from "dividere/connection";
import { freePort } from "../support/ports.js";
import { until } from "../support/until.js";
import { within } from "../support/within.js";

const soon = { timeoutMs: 10_000 };
const local = "tcp://127.0.0.1:*";
const bytes = (text: string): Uint8Array => Buffer.from(text);

/** Answers each request with the worker's name and the request. */
async function serve(worker: Response, name: string): Promise<void> {
  for await (const request of worker) await worker.send(bytes(`${name} ${String(request)}`));
}

describe("proxy", () => {
  test("hands requests to its workers round robin, and answers to the requesters", async () => {
    await using proxy = new ZeroMqProxy(local, local);
    await using one = new Response(proxy.backendEndpoints);
    await using two = new Response(proxy.backendEndpoints);
    void serve(one, "one");
    void serve(two, "two");
    await using left = new Request(proxy.frontendEndpoints);
    await using right = new Request(proxy.frontendEndpoints);
    const answers: string[] = [];
    for (let asked = 0; asked < 20; asked++) {
      for (const [name, client] of [
        ["left", left],
        ["right", right],
      ] as const) {
        await client.send(bytes(`${name} ${asked}`));
        const answer = String(await client.recv(soon));
        assert.ok(answer.endsWith(`${name} ${asked}`), answer);
        answers.push(answer.slice(0, 3));
      }
    }
    // The second may have connected after the first few.
    const last = answers.slice(-10);
    assert.equal(last.filter((name) => name === "one").length, 5, last.join());
  });

  test("keeps any number of a dealer's requests in flight", async () => {
    await using proxy = new ZeroMqProxy(local, local);
    await using worker = new Dealer(proxy.backendEndpoints);
    await using client = new Dealer(proxy.frontendEndpoints);
    const count = 500;
    for (let asked = 0; asked < count; asked++) await client.send(bytes(String(asked)));
    const requests = [];
    for (let asked = 0; asked < count; asked++) requests.push(await worker.recv(soon));
    // Answered the other way round, and each by its route.
    for (const request of requests.reverse()) await worker.send(request);
    const answers = new Set<string>();
    while (answers.size < count) answers.add(String((await client.recv(soon)).message));
    assert.ok(answers.has("0") && answers.has(String(count - 1)));
  });

  test("lets requests wait until there is a worker", async () => {
    await using proxy = new ZeroMqProxy(local, local);
    await using client = new Request(proxy.frontendEndpoints);
    await client.send(bytes("early"));
    await using worker = new Response(proxy.backendEndpoints);
    void serve(worker, "late");
    assert.equal(String(await client.recv(soon)), "late early");
  });

  test("takes ports, 0 for any", async () => {
    const port = await freePort();
    await using proxy = new ZeroMqProxy(port, 0);
    assert.deepEqual(proxy.frontendEndpoints, [`tcp://0.0.0.0:${port}`]);
    assert.match(proxy.backendEndpoints.join(), /^tcp:\/\/0\.0\.0\.0:[1-9]\d*$/);
    await using client = new Request(`tcp://127.0.0.1:${port}`);
    await using worker = new Response(
      proxy.backendEndpoints.map((endpoint) => endpoint.replace("0.0.0.0", "127.0.0.1")),
    );
    void serve(worker, "port");
    await client.send(bytes("ok"));
    assert.equal(String(await client.recv(soon)), "port ok");
  });

  test("counts an answer whose client has left, and goes on", async () => {
    await using proxy = new ZeroMqProxy(local, local);
    const left = new Promise<void>((resolve) => {
      proxy.onStatus((event) => {
        if (event.side === "frontend" && event.type === "disconnected") resolve();
      });
    });
    await using worker = new Dealer(proxy.backendEndpoints);
    const gone = new Dealer(proxy.frontendEndpoints);
    await gone.send(bytes("goodbye"));
    const request = await worker.recv(soon);
    gone.close();
    await within(left, "the client's disconnection");
    await worker.send(request);
    await using client = new Dealer(proxy.frontendEndpoints);
    await client.send(bytes("hello"));
    await worker.send(await worker.recv(soon));
    assert.equal(String((await client.recv(soon)).message), "hello");
    assert.equal(proxy.undeliverable, 1);
  });

  test("reports state changes with their side, until the listener is removed", async () => {
    await using proxy = new ZeroMqProxy(local, local);
    const events: SidedStatusEvent[] = [];
    const end = proxy.onStatus((event) => events.push(event));
    const connected = (side: string): boolean =>
      events.some((event) => event.side === side && event.type === "connected");
    await using _client = new Dealer(proxy.frontendEndpoints);
    await until(() => connected("frontend"), "a client");
    assert.ok(!connected("backend"));
    await using _worker = new Dealer(proxy.backendEndpoints);
    await until(() => connected("backend"), "a worker");
    end();
    const count = events.length;
    await using other = new ZeroMqProxy(local, local);
    await using third = new Dealer(proxy.frontendEndpoints);
    await third.send(bytes("x"));
    await other.stop();
    assert.equal(events.length, count);
  });

  test("binds neither side when one cannot be bound", async () => {
    await using taken = new Router(local);
    const frontend = `tcp://127.0.0.1:${await freePort()}`;
    const [backend = ""] = taken.endpoints;
    assert.throws(() => new ZeroMqProxy(frontend, backend), { code: "ADDRESS_IN_USE" });
    await until(() => canBind(frontend), "the front end's address to be free");
    assert.throws(() => new ZeroMqProxy("here", local), { code: "ENDPOINT_INVALID" });
  });

  test("is down when stop() is fulfilled: its ports can be bound at once", async () => {
    const first = new ZeroMqProxy(local, local);
    await first.stop();
    for (let round = 0; round < 100; round++) {
      const proxy = new ZeroMqProxy(first.frontendEndpoints, first.backendEndpoints);
      await using client = new Request(proxy.frontendEndpoints);
      await client.send(bytes("unanswered"));
      const stopped = proxy.stop();
      assert.equal(proxy.stop(), stopped);
      await stopped;
      assert.ok(proxy.closed);
    }
  });
});

function canBind(endpoint: string): boolean {
  try {
    new Router(`@${endpoint}`).close();
    return true;
  } catch {
    return false;
  }
}
