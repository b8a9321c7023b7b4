import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LoadBalancing, Router } from "dividere/connection";
import { bytes, local, soon } from "./by-hand.js";

const { Client } = LoadBalancing;

describe("the client of bytes", () => {
  test("opens another socket and retries until there is an answer", async () => {
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

  test("gives up after maxRetries, reports the number of attempts, and can be used again", async () => {
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

  test("keeps retrying after a recv gives up, for the next recv", async () => {
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
