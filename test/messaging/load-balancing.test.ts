import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Dealer as ByteDealer,
  Request as ByteRequest,
  Router as ByteRouter,
} from "dividere/connection";
import {
  ack,
  Dealer,
  EnvelopeDecoder,
  EnvelopeEncoder,
  Heartbeat,
  LoadBalancing,
  Request,
  type RequestContext,
  RequestError,
} from "dividere/messaging";
import { Msg01, Msg02, type Scalars } from "../gen/plain.js";
import { GreeterReactor, GreeterRequest } from "../gen/plain_dividere.js";
import { freePort } from "../support/ports.js";
import { until } from "../support/until.js";
import { within } from "../support/within.js";

const { Broker, Client, Server, ServerLink } = LoadBalancing;

const soon = { timeoutMs: 10_000 };
const local = "tcp://127.0.0.1:*";
const bytes = (text: string): Uint8Array => Buffer.from(text);

/** Answers with its own name and the text, or as the text says. */
class Naming extends Server {
  readonly name: string;
  readonly errors: Error[] = [];
  /** Waited for before each answer. */
  readonly work: () => Promise<void>;

  constructor(broker: LoadBalancing.Broker, name: string, work = async () => {}) {
    super(broker.backendEndpoints[0] ?? "", [Msg01]);
    this.name = name;
    this.work = work;
  }

  async handleMsg01(msg: Msg01, ctx: RequestContext): Promise<Msg01 | undefined> {
    await this.work();
    if (msg.field1 === "refuse") throw new RequestError("NO", "as you asked");
    if (msg.field1 !== "reply") return Msg01.create({ field1: `${this.name} ${msg.field1}` });
    await ctx.reply(Msg01.create({ field1: "replied" }));
    return undefined;
  }

  override onError(error: Error): void {
    this.errors.push(error);
  }
}

class Backwards extends GreeterReactor {
  /** How many requests are at work, and how many were at most. */
  atWork = 0;
  most = 0;

  override async handleMsg01(msg: Msg01): Promise<Msg01> {
    this.most = Math.max(this.most, ++this.atWork);
    await new Promise((resolve) => setTimeout(resolve, 20));
    this.atWork--;
    return Msg01.create({ field1: [...msg.field1].reverse().join("") });
  }
  override handleScalars(msg: Scalars): Scalars {
    return msg;
  }
  override handleMsg02(): void {}
  override handleTelegram(): void {}
}

const heartbeats = new EnvelopeDecoder([Heartbeat]);

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

  test("takes requests of every client: generated, Request and Dealer", async () => {
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

  test("refuses what is no envelope, and no server sees it", async () => {
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

  test("refuses a request that finds the queue full, in words to who reads them", async () => {
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

  test("leaves out a request whose client has stopped waiting", async () => {
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

  test("refuses what waits when it stops", async () => {
    const broker = new Broker(local, local);
    await using client = new Request(broker.frontendEndpoints, [Msg01]);
    await client.send({ field1: "?" });
    const waiting = assert.rejects(client.recv(soon), { name: "RequestError", status: "REFUSED" });
    await until(() => broker.queued === 1, "a request in the queue");
    await broker.stop();
    await waiting;
  });

  test("counts what is no heartbeat, and takes nobody for a server because of it", async () => {
    await using broker = new Broker(local, local);
    await using stranger = new ByteDealer(broker.backendEndpoints);
    await stranger.send(bytes("garbage"));
    await stranger.send(new EnvelopeEncoder([Msg01]).encode({ field1: "not asked" }));
    await until(() => broker.counters.malformed === 2, "two messages to be counted");
    assert.deepEqual(broker.workers, { free: 0, busy: 0 });
  });

  test("sends a Heartbeat with the server's identity, and none of what is no UTF-8", async () => {
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

describe("the server behind a broker", () => {
  test("refuses with what its handler throws, and replies from within", async () => {
    await using broker = new Broker(local, local);
    await using server = new Naming(broker, "server");
    await using client = new Client(broker.frontendEndpoints, [Msg01]);
    await assert.rejects(client.request({ field1: "refuse" }), {
      name: "RequestError",
      status: "NO",
      message: "as you asked",
    });
    assert.equal((await client.request({ field1: "reply" })).field1, "replied");
    await using plain = new Request(broker.frontendEndpoints, [Msg01]);
    await plain.send({ field1: "refuse" });
    await assert.rejects(plain.recv(soon), { status: "REFUSED" });
    assert.deepEqual(server.errors, []);
  });

  test("refuses a message that it does not know, and is free again", async () => {
    await using broker = new Broker(local, local);
    await using server = new Naming(broker, "server");
    await using client = new Client(broker.frontendEndpoints, [Msg01, Msg02]);
    await assert.rejects(client.request(Msg02.create({ field1: "?" })), {
      status: "UNKNOWN_MESSAGE_TYPE",
    });
    const answer = await client.request(Msg01.create({ field1: "known" }));
    assert.equal(answer.field1, "server known");
    assert.deepEqual(
      server.errors.map((error) => (error as { code?: string }).code),
      ["UNKNOWN_MESSAGE_TYPE"],
    );
  });

  test("a generated reactor serves there, one request at a time for each time it names a broker", async () => {
    for (const links of [1, 3]) {
      // A broker of its own: it would hand requests to a server that has just left.
      await using broker = new Broker(local, local);
      const [backend = ""] = broker.backendEndpoints;
      await using client = new GreeterRequest(broker.frontendEndpoints);
      await using reactor = new Backwards({ broker: new Array<string>(links).fill(backend) });
      await broker.waitForWorkers(links, soon);
      const texts = Array.from({ length: 12 }, (_, index) => `text ${index}`);
      const answers = texts.map((field1) => client.reverse({ field1 }, soon));
      assert.deepEqual(
        (await Promise.all(answers)).map(({ field1 }) => field1),
        texts.map((text) => [...text].reverse().join("")),
      );
      assert.equal(reactor.most, links);
    }
  });

  test("a reactor serves there beside its own port, over links that it is given", async () => {
    await using broker = new Broker(local, local);
    const [backend = ""] = broker.backendEndpoints;
    const link = new ServerLink(backend, [Msg01]);
    await using _reactor = new Backwards(link);
    await link.waitForBroker(soon);
    await using client = new GreeterRequest(broker.frontendEndpoints);
    assert.equal((await client.reverse({ field1: "abc" }, soon)).field1, "cba");

    await using both = new Backwards({ serve: local, broker: backend });
    await using direct = new GreeterRequest(both.endpoints[0] ?? "");
    assert.equal((await direct.reverse({ field1: "xyz" }, soon)).field1, "zyx");
  });

  test("a link can be read and answered by hand", async () => {
    await using broker = new Broker(local, local);
    const [backend = ""] = broker.backendEndpoints;
    await using link = new ServerLink(backend, [Msg01]);
    await using client = new Client(broker.frontendEndpoints, [Msg01]);
    for (const field1 of ["one", "two"]) {
      await client.send({ field1 });
      assert.equal(await link.wait(10_000), true);
      const request = await link.recv(soon);
      assert.equal(request.message.field1, field1);
      await link.sendRouted({ route: request.route, message: { field1: `${field1}!` } });
      assert.equal((await client.recv(soon)).field1, `${field1}!`);
    }
    assert.equal(await link.wait(1), false);
    await assert.rejects(link.recv({ timeoutMs: 1 }), { code: "TIMEOUT" });
  });

  test("registers with a Heartbeat, answers each, and begins one itself", async () => {
    await using broker = new ByteRouter(local);
    const [backend = ""] = broker.endpoints;
    const intervalMs = 100;
    await using link = new ServerLink(backend, [Msg01], { heartbeatIntervalMs: intervalMs });
    const reading = link.recv().catch((error: unknown) => error);
    const hello = await broker.recv(soon);
    assert.deepEqual(heartbeats.decode(hello.message), {
      $type: "Heartbeat",
      id: link.identity,
    });
    const began = performance.now();
    heartbeats.decode((await broker.recv(soon)).message);
    assert.ok(performance.now() - began > intervalMs * 1.25);
    await broker.send({ route: hello.route, message: hello.message });
    heartbeats.decode((await broker.recv(soon)).message);
    await link.waitForBroker({ timeoutMs: 0 });
    link.close();
    assert.equal(((await reading) as { code?: string }).code, "CLOSED");
  });

  test("serves again when the broker has come back", async () => {
    const first = new Broker(local, local);
    await using server = new Naming(first, "server");
    await server.waitForBroker(soon);
    await first.stop();
    await using second = new Broker(first.frontendEndpoints, first.backendEndpoints);
    await second.waitForWorkers(1, soon);
    await using client = new Client(second.frontendEndpoints, [Msg01]);
    assert.equal((await client.request({ field1: "again" })).field1, "server again");
  });

  test("is replaced when it is gone with a request in hand, and the client asks again", async () => {
    await using broker = new Broker(local, local);
    let begun!: () => void;
    const atWork = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const doomed = new Naming(broker, "doomed", () => {
      begun();
      return new Promise(() => {});
    });
    await broker.waitForWorkers(1, soon);
    await using client = new Client(broker.frontendEndpoints, [Msg01], { retryTimeoutMs: 300 });
    const answer = client.request({ field1: "persist" });
    await within(atWork, "the request to be at work");
    doomed.close();
    await using _next = new Naming(broker, "next");
    assert.equal((await answer).field1, "next persist");
  });
});

describe("the client of messages", () => {
  test("sends again until there is an answer, and takes the first", async () => {
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

  test("gives up after maxRetries and says how often it asked", async () => {
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

  test("queues no copies for a broker that is not there, and says so", async () => {
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

  test("gives the answers to what was sent in the order of sending", async () => {
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
