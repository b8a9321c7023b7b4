import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Router as ByteRouter } from "dividere/connection";
import { LoadBalancing } from "dividere/messaging";
import { Msg01 } from "../../gen/plain.js";
import { GreeterRequest } from "../../gen/plain_dividere.js";
import { freePort } from "../../support/ports.js";
import { local, soon } from "./naming.js";

const { Client } = LoadBalancing;

describe("the client of messages", () => {
  test("retries until there is an answer, and takes the first", async () => {
    await using broker = new ByteRouter(local);
    await using client = new Client(broker.endpoints, [Msg01], { retryTimeoutMs: 100 });
    const answer = client.request({ field1: "anyone?" });
    const first = await broker.recv(soon);
    const second = await broker.recv(soon);
    assert.deepEqual(second, first);
    await broker.send(first);
    assert.equal((await answer).field1, "anyone?");
    // The answer to the second copy comes late, and is not that to the next request.
    const next = client.request({ field1: "next" });
    await broker.send(second);
    await broker.send(await broker.recv(soon));
    assert.equal((await next).field1, "next");
  });

  test("gives up after maxRetries and reports the number of attempts", async () => {
    await using broker = new ByteRouter(local);
    const options = { retryTimeoutMs: 50, maxRetries: 2 };
    await using client = new Client(broker.endpoints, [Msg01], options);
    await using generated = new GreeterRequest(broker.endpoints, options);
    for (const ask of [
      (field1: string) => client.request({ field1 }),
      (field1: string) => generated.reverse({ field1 }),
    ]) {
      // Connected first, for what is not connected cannot be asked.
      const first = ask("first");
      await broker.send(await broker.recv(soon));
      await first;
      await assert.rejects(ask("?"), {
        name: "RetryError",
        code: "TIMEOUT",
        attempts: 3,
        message: /^No answer to Msg01 from tcp:\S+, though it was sent 3 times in 150 ms/,
      });
      for (let attempt = 1; attempt <= 3; attempt++) await broker.recv(soon);
    }
  });

  test("queues no copies for a missing broker, and reports it", async () => {
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    await using client = new Client(endpoint, [Msg01], { retryTimeoutMs: 50, maxRetries: 2 });
    await assert.rejects(client.request({ field1: "?" }), {
      name: "RetryError",
      attempts: 0,
      message: /^Msg01 could not be sent in 150 ms: no server is connected at tcp:/,
    });
  });

  test("ends a request with its own timeoutMs or signal, whatever retries are left", async () => {
    await using broker = new ByteRouter(local);
    await using client = new Client(broker.endpoints, [Msg01]);
    await assert.rejects(client.request({ field1: "?" }, Msg01, { timeoutMs: 20 }), {
      name: "DividereError",
      code: "TIMEOUT",
    });
    const reason = new Error("no longer needed");
    const signal = AbortSignal.abort(reason);
    await assert.rejects(client.request({ field1: "?" }, Msg01, { signal }), reason);
  });

  test("returns the answers in the order of the requests", async () => {
    await using broker = new ByteRouter(local);
    await using client = new Client(broker.endpoints, [Msg01]);
    await assert.rejects(client.recv(), { code: "OUT_OF_ORDER" });
    await client.send({ field1: "1" });
    await client.send({ field1: "2" });
    await assert.rejects(client.recv({ timeoutMs: 1 }), { code: "TIMEOUT" });
    const requests = [await broker.recv(soon), await broker.recv(soon)];
    for (const request of requests.reverse()) await broker.send(request);
    assert.equal((await client.recv(soon)).field1, "1");
    assert.equal((await client.recv(soon)).field1, "2");
    await client.send({ field1: "3" });
    const waiting = client.recv();
    client.close();
    await assert.rejects(waiting, { code: "CLOSED" });
  });
});
