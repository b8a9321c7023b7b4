import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Router as ByteRouter } from "dividere/connection";
import { type Interceptor, LoadBalancing, Request } from "dividere/messaging";
import { Msg01, Msg02, type Scalars } from "../../gen/plain.js";
import { GreeterReactor, GreeterRequest } from "../../gen/plain_dividere.js";
import { within } from "../../support/within.js";
import { heartbeats, local, Naming, soon } from "./naming.js";

const { Broker, Client, ServerLink } = LoadBalancing;

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

describe("the server behind a broker", () => {
  test("refuses with its handler's error, and can reply from within the handler", async () => {
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

  test("has the interceptors of its options around its handlers", async () => {
    await using broker = new Broker(local, local);
    const seen: string[] = [];
    const noting: Interceptor = (next) => (call) => {
      seen.push(`${call.side} ${call.rpc.path}`);
      return next(call);
    };
    class Intercepted extends LoadBalancing.Server {
      handleMsg01(msg: Msg01): Msg01 {
        return msg;
      }
    }
    const interceptors = [noting];
    await using _server = new Intercepted(broker.backendEndpoints[0] ?? "", [Msg01], {
      interceptors,
    });
    await using client = new Client(broker.frontendEndpoints, [Msg01]);
    await client.request({ field1: "hello" });
    assert.deepEqual(seen, ["server Msg01"]);
  });

  test("refuses an unknown message, and is free again", async () => {
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

  test("a generated reactor serves there, one request at a time for each broker endpoint", async () => {
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

  test("registers with a Heartbeat, answers each Heartbeat, and starts one itself", async () => {
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

  test("serves again after the broker has restarted", async () => {
    const first = new Broker(local, local);
    await using server = new Naming(first, "server");
    await server.waitForBroker(soon);
    await first.stop();
    await using second = new Broker(first.frontendEndpoints, first.backendEndpoints);
    await second.waitForWorkers(1, soon);
    await using client = new Client(second.frontendEndpoints, [Msg01]);
    assert.equal((await client.request({ field1: "again" })).field1, "server again");
  });

  test("is replaced when it disappears with a request in hand, and the client retries", async () => {
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
