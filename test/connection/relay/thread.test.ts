import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  Dealer,
  generateKeyPair,
  Request,
  Response,
  type SidedStatusEvent,
  Proxy as ZeroMqProxy,
} from "dividere/connection";
import { run } from "../../support/child.js";
import { until } from "../../support/until.js";

const soon = { timeoutMs: 10_000 };
const local = "tcp://127.0.0.1:*";
const thread = { thread: true } as const;

describe("a proxy on a thread", () => {
  test("forwards requests and answers, and tells of its peers", async () => {
    await using proxy = new ZeroMqProxy(local, local, thread);
    const events: SidedStatusEvent[] = [];
    proxy.onStatus((event) => events.push(event));
    await using worker = new Response(proxy.backendEndpoints);
    await using client = new Request(proxy.frontendEndpoints);
    for (let asked = 0; asked < 20; asked++) {
      await client.send(Buffer.from(String(asked)));
      await worker.send(await worker.recv(soon));
      assert.equal(String(await client.recv(soon)), String(asked));
    }
    for (const side of ["frontend", "backend"] as const) {
      const connected = (event: SidedStatusEvent): boolean =>
        event.side === side && event.type === "connected";
      await until(() => events.some(connected), `a peer of the ${side}`);
    }
  });

  test("goes on when an answer has no client any more", async () => {
    await using proxy = new ZeroMqProxy(local, local, thread);
    await using worker = new Dealer(proxy.backendEndpoints);
    await worker.send({ route: [Buffer.from("nobody")], message: Buffer.from("an answer") });
    await using client = new Dealer(proxy.frontendEndpoints);
    await client.send(Buffer.from("hello"));
    await worker.send(await worker.recv(soon));
    assert.equal(String((await client.recv(soon)).message), "hello");
    assert.equal(proxy.undeliverable, 0);
  });

  test("is down when stop() is fulfilled: its ports can be bound at once", async () => {
    const first = new ZeroMqProxy(local, local, thread);
    await first.stop();
    for (let round = 0; round < 20; round++) {
      const proxy = new ZeroMqProxy(first.frontendEndpoints, first.backendEndpoints, thread);
      await using client = new Request(proxy.frontendEndpoints);
      await client.send(Buffer.from("unanswered"));
      const stopped = proxy.stop();
      assert.equal(proxy.stop(), stopped);
      await stopped;
      await proxy.stopped;
      assert.ok(proxy.closed);
    }
  });

  test("stops at once when it is drained, because it does not know its requests", async () => {
    await using proxy = new ZeroMqProxy(local, local, thread);
    await using client = new Dealer(proxy.frontendEndpoints);
    await client.send(Buffer.from("unanswered"));
    assert.deepEqual(await proxy.drain({ timeoutMs: 600_000 }), { queued: 0, inFlight: 0 });
    assert.ok(proxy.closed);
  });

  test("leaves threads to the rest of the process", async () => {
    await using _one = new ZeroMqProxy(local, local, thread);
    await using two = new ZeroMqProxy(local, local, thread);
    const third = (): ZeroMqProxy => new ZeroMqProxy(local, local, thread);
    assert.throws(third, { code: "OPTION_INVALID", message: /UV_THREADPOOL_SIZE/ });
    await two.stop();
    await using _third = third();
  });

  test("is refused where it would have to share its sockets", () => {
    assert.throws(() => new ZeroMqProxy("inproc://here", local, thread), {
      code: "OPTION_INVALID",
      message: /inproc/,
    });
    const security = { allow: [], keys: generateKeyPair() };
    assert.throws(() => new ZeroMqProxy(local, local, { ...thread, security }), {
      code: "OPTION_INVALID",
      message: /security/,
    });
  });

  test("does not keep a process that exits", async () => {
    const program = fileURLToPath(new URL("../programs/exit-with-proxy.ts", import.meta.url));
    const { status, stderr } = await run("node", ["--import=tsx", program], { timeoutMs: 60_000 });
    assert.equal(status, 7, stderr);
  });
});
