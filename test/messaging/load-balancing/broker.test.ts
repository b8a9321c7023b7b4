import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dealer as ByteDealer, Request as ByteRequest } from "dividere/connection";
import {
  ack,
  Dealer,
  EnvelopeDecoder,
  EnvelopeEncoder,
  Heartbeat,
  LoadBalancing,
  Request,
} from "dividere/messaging";
import { Msg01 } from "../../gen/plain.js";
import { GreeterRequest } from "../../gen/plain_dividere.js";
import { until } from "../../support/until.js";
import { bytes, heartbeats, local, Naming, soon } from "./naming.js";

const { Broker, Client } = LoadBalancing;

describe("the broker of messages", () => {
  test("hands each request to the server that has been free longest", async () => {
    await using broker = new Broker(local, local);
    await using _one = new Naming(broker, "one");
    await broker.waitForWorkers(1, soon);
    await using _two = new Naming(broker, "two");
    await broker.waitForWorkers(2, soon);
    await using client = new Client(broker.frontendEndpoints, [Msg01]);
    const answers: string[] = [];
    for (const field1 of ["a", "b", "c", "d"]) {
      answers.push((await client.request({ field1 })).field1);
    }
    assert.deepEqual(answers, ["one a", "two b", "one c", "two d"]);
  });

  test("takes requests from every client: generated, Request and Dealer", async () => {
    await using broker = new Broker(local, local);
    await using _server = new Naming(broker, "server");
    const all = broker.frontendEndpoints;
    await using generated = new GreeterRequest(all);
    assert.equal((await generated.reverse({ field1: "1" }, soon)).field1, "server 1");
    await using request = new Request(all, [Msg01]);
    await request.send({ field1: "2" });
    assert.equal((await request.recv(soon)).field1, "server 2");
    await using dealer = new Dealer(all, [Msg01]);
    await dealer.send({ field1: "3" });
    const bare = await dealer.recv(soon);
    assert.deepEqual([bare.message.field1, bare.route.length], ["server 3", 0]);
    await dealer.sendWithEmptyFrame({ field1: "4" });
    const framed = await dealer.recv(soon);
    assert.deepEqual([framed.message.field1, framed.route.length], ["server 4", 1]);
  });

  test("refuses a request that is no envelope, before any server sees it", async () => {
    await using broker = new Broker(local, local);
    await using server = new Naming(broker, "server");
    await broker.waitForWorkers(1, soon);
    await using client = new ByteRequest(broker.frontendEndpoints);
    await client.send(bytes("no envelope"));
    assert.deepEqual(new EnvelopeDecoder([ack]).decode(await client.recv(soon)), {
      $type: "ack",
      ok: false,
    });
    assert.equal(broker.counters.malformed, 1);
    await client.send(new EnvelopeEncoder([Msg01]).encode({ field1: "fine" }));
    const answer = new EnvelopeDecoder([Msg01]).decode(await client.recv(soon));
    assert.equal(answer.field1, "server fine");
    assert.deepEqual(server.errors, []);
  });

  test("refuses a request while the queue is full, with a status for clients that read it", async () => {
    await using broker = new Broker(local, local, { queueLimit: 1 });
    await using first = new Dealer(broker.frontendEndpoints, [Msg01]);
    await first.send({ field1: "waits" });
    await until(() => broker.queued === 1, "a request in the queue");
    await using generated = new GreeterRequest(broker.frontendEndpoints);
    await assert.rejects(generated.reverse({ field1: "x" }, soon), {
      name: "RequestError",
      status: "QUEUE_FULL",
      message: /^1 requests already wait for a worker at tcp:/,
    });
    await using plain = new Request(broker.frontendEndpoints, [Msg01]);
    await plain.send({ field1: "y" });
    await assert.rejects(plain.recv(soon), { name: "RequestError", status: "REFUSED" });
    assert.equal(broker.counters.overflowed, 2);
    await using _server = new Naming(broker, "server");
    assert.equal((await first.recv(soon)).message.field1, "server waits");
  });

  test("skips a request whose client has stopped waiting", async () => {
    await using broker = new Broker(local, local);
    await using client = new GreeterRequest(broker.frontendEndpoints);
    const patient = client.reverse({ field1: "in time" }, soon);
    await until(() => broker.queued === 1, "a request in the queue");
    await assert.rejects(client.reverse({ field1: "too late" }, { timeoutMs: 100 }), {
      code: "TIMEOUT",
    });
    await until(() => broker.queued === 2, "both requests in the queue");
    await using _server = new Naming(broker, "server");
    assert.equal((await patient).field1, "server in time");
    await until(() => broker.queued === 0, "the queue to be empty");
    const { expired, forwarded } = broker.counters;
    assert.deepEqual({ expired, forwarded }, { expired: 1, forwarded: 1 });
  });

  test("refuses the waiting requests when it stops", async () => {
    const broker = new Broker(local, local);
    await using client = new Request(broker.frontendEndpoints, [Msg01]);
    await client.send({ field1: "?" });
    const waiting = assert.rejects(client.recv(soon), { name: "RequestError", status: "REFUSED" });
    await until(() => broker.queued === 1, "a request in the queue");
    await broker.stop();
    await waiting;
  });

  test("counts messages that are no heartbeat, and takes none of their senders for a server", async () => {
    await using broker = new Broker(local, local);
    await using stranger = new ByteDealer(broker.backendEndpoints);
    await stranger.send(bytes("garbage"));
    await stranger.send(new EnvelopeEncoder([Msg01]).encode({ field1: "not asked" }));
    await until(() => broker.counters.malformed === 2, "two messages to be counted");
    assert.deepEqual(broker.workers, { free: 0, busy: 0 });
  });

  test("sends a Heartbeat with the server's identity, unless that is no UTF-8", async () => {
    await using broker = new Broker(local, local, { heartbeatIntervalMs: 500 });
    const beat = new EnvelopeEncoder([Heartbeat]).encode({ id: "" });
    await using server = new ByteDealer(broker.backendEndpoints, { identity: "sërver" });
    await server.send(beat);
    for (let sign = 0; sign < 3; sign++) {
      const { message } = await server.recv(soon);
      assert.deepEqual(heartbeats.decode(message), { $type: "Heartbeat", id: "sërver" });
      await server.send(beat);
    }
    assert.deepEqual(broker.workers, { free: 1, busy: 0 });
    server.close();
    await until(() => broker.counters.workersLost > 0, "the server to be missed");
  });
});
