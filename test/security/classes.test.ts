import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Router as ByteRouter,
  Dealer,
  LoadBalancing,
  Publisher,
  Request,
  Response,
  type Security,
  Subscriber,
  Proxy as ZeroMqProxy,
} from "dividere/connection";
import { LoadBalancing as Messages, MpMsgReactor, Router } from "dividere/messaging";
import { RegistryClient, RegistryServer } from "dividere/registry";
import { Msg01, type Msg02, type Scalars } from "../gen/plain.js";
import { GreeterPublisher, GreeterReactor, GreeterRequest } from "../gen/plain_dividere.js";
import { Reverser } from "../service/reverser.js";
import { freePort } from "../support/ports.js";
import { until } from "../support/until.js";
import { within } from "../support/within.js";
import { bytes, clientOf, local, makeKeys, seenDealer, soon } from "./pairs.js";

const keys = makeKeys();
const listen = "127.0.0.1";

/** What each process of a test has: it lets the other in, and knows the other's key. */
const server: Security = {
  keys: keys.server,
  allow: [keys.client.publicKey],
  servers: keys.client.publicKey,
};
const client: Security = {
  keys: keys.client,
  allow: [keys.server.publicKey],
  servers: keys.server.publicKey,
};
const stranger: Security = { keys: keys.stranger, servers: keys.server.publicKey };

/** A plain client and one with an unknown key are turned away at an endpoint. */
async function turnsStrangersAway(endpoint: string): Promise<void> {
  for (const [options, code] of [
    [{}, "SECURITY_MISMATCH"],
    [{ security: stranger }, "KEY_REFUSED"],
  ] as const) {
    const { dealer, seen } = seenDealer(`>${endpoint}`, options);
    await using _dealer = dealer;
    await seen.refused(code);
    assert.ok(!seen.events.some(({ type }) => type === "connected"));
  }
}

class Backwards extends GreeterReactor {
  readonly events: string[] = [];
  #heard: () => void = () => {};
  readonly heard: Promise<void> = new Promise((resolve) => {
    this.#heard = resolve;
  });

  override handleMsg01({ field1 }: Msg01): Msg01 {
    return Msg01.create({ field1: [...field1].reverse().join("") });
  }
  override handleMsg02({ field1 }: Msg02): void {
    this.events.push(field1);
    this.#heard();
  }
  override handleScalars(scalars: Scalars): Scalars {
    return scalars;
  }
  override handleTelegram(): void {}
}

class Naming extends Messages.Server {
  handleMsg01({ field1 }: Msg01): Msg01 {
    return Msg01.create({ field1: `served ${field1}` });
  }
}

describe("over CURVE", () => {
  test("request and response exchange messages", async () => {
    await using response = new Response(local, { security: server });
    await using request = new Request(response.endpoints, { security: client });
    await request.send(bytes("question"), soon);
    await response.send(await response.recv(soon), soon);
    assert.equal(String(await request.recv(soon)), "question");
    await turnsStrangersAway(response.endpoints[0] ?? "");
  });

  test("a router hands an identity over to the new connection of its owner", async () => {
    await using router = new ByteRouter(local, { security: server });
    const [endpoint = ""] = router.endpoints;
    await using before = new Dealer(endpoint, { security: client, identity: "me" });
    await before.send(bytes("before"), soon);
    await router.recv(soon);
    await using after = new Dealer(endpoint, { security: client, identity: "me" });
    await after.send(bytes("after"), soon);
    const { route, message } = await router.recv(soon);
    assert.equal(String(message), "after");
    await router.send({ route, message: bytes("answer") });
    assert.equal(String((await after.recv(soon)).message), "answer");
  });

  test("a publisher that connects and a subscriber that binds exchange messages", async () => {
    await using subscriber = new Subscriber(`@${local}`, { security: server });
    await using publisher = new Publisher(`>${subscriber.endpoints[0]}`, { security: client });
    const received = subscriber.recv(soon);
    await publisher.waitForSubscribers(1, soon);
    await publisher.send(bytes("news"));
    assert.equal(String(await received), "news");
  });

  test("a proxy serves clients and workers, each side with its own allow-list", async () => {
    const worker = makeKeys().client;
    await using proxy = new ZeroMqProxy(local, local, {
      security: {
        frontend: server,
        backend: { keys: keys.server, allow: [worker.publicKey] },
      },
    });
    const [front = "", back = ""] = [...proxy.frontendEndpoints, ...proxy.backendEndpoints];
    await using response = new Response(`>${back}`, clientOf(keys.server, worker));
    await using request = new Request(front, { security: client });
    await request.send(bytes("question"), soon);
    await response.send(await response.recv(soon), soon);
    assert.equal(String(await request.recv(soon)), "question");
    for (const endpoint of [front, back]) await turnsStrangersAway(endpoint);
    const { dealer, seen } = seenDealer(`>${back}`, { security: client });
    await using _dealer = dealer;
    await seen.refused("KEY_REFUSED");
  });

  test("a side of a proxy or a broker cannot be forgotten", () => {
    for (const security of [{ frontend: server }, { backend: server }] as unknown as Security[]) {
      for (const open of [
        () => new ZeroMqProxy(local, local, { security }),
        () => new LoadBalancing.Broker(local, local, { security }),
        () => new Messages.Broker(local, local, { security }),
      ]) {
        assert.throws(open, { code: "SECURITY_INVALID", message: /open to all/ });
      }
    }
  });

  test("a broker of bytes hands requests to its worker", async () => {
    await using broker = new LoadBalancing.Broker(local, local, { security: server });
    const [front = "", back = ""] = [...broker.frontendEndpoints, ...broker.backendEndpoints];
    await using _worker = new LoadBalancing.Worker(back, (request) => request, {
      security: client,
    });
    await broker.waitForWorkers(1, soon);
    await using asking = new LoadBalancing.Client(front, { security: client });
    assert.equal(String(await asking.request(bytes("x"), soon)), "x");
    for (const endpoint of [front, back]) await turnsStrangersAway(endpoint);
    await using refused = new LoadBalancing.Client(front, {
      security: stranger,
      retryTimeoutMs: 500,
      maxRetries: 0,
    });
    await assert.rejects(refused.request(bytes("x")), {
      code: "TIMEOUT",
      message: /the server refused this client's public key/,
    });
  });

  test("a broker of messages hands requests to its servers, a generated reactor among them", async () => {
    await using broker = new Messages.Broker(local, local, { security: server });
    const [front = "", back = ""] = [...broker.frontendEndpoints, ...broker.backendEndpoints];
    await using asking = new Messages.Client(front, [Msg01], { security: client });
    {
      await using _naming = new Naming(back, [Msg01], { security: client });
      await broker.waitForWorkers(1, soon);
      assert.equal((await asking.request(Msg01.create({ field1: "x" }))).field1, "served x");
    }
    await using _reactor = new Backwards({ broker: back }, { security: client });
    await using greeter = new GreeterRequest(front, { security: client, maxRetries: 3 });
    assert.equal((await greeter.reverse({ field1: "ab" }, soon)).field1, "ba");
  });

  test("a generated reactor answers requests and hears events", async () => {
    await using news = new GreeterPublisher(local, { security: client });
    await using reactor = new Backwards(
      { serve: local, subscribe: news.endpoints },
      { security: server },
    );
    const [endpoint = ""] = reactor.endpoints;
    await using greeter = new GreeterRequest(endpoint, { security: client });
    assert.equal((await greeter.reverse({ field1: "ab" }, soon)).field1, "ba");
    await news.waitForSubscribers(1, soon);
    await news.announce({ field1: "event" });
    await within(reactor.heard, "the event");
    assert.deepEqual(reactor.events, ["event"]);
    await turnsStrangersAway(endpoint);
    await using refused = new GreeterRequest(endpoint, { security: stranger });
    await assert.rejects(refused.reverse({ field1: "x" }, { timeoutMs: 500 }), {
      code: "TIMEOUT",
      message: /before Msg01 could be sent: .*the server refused this client's public key/,
    });
  });

  test("a reactor that is to be secured takes no open link", async () => {
    await using link = new Router(local, [Msg01]);
    assert.throws(() => new Backwards(link, { security: server }), {
      code: "SECURITY_INVALID",
      message: /its link tcp:\/\/127\.0\.0\.1:\d+ is open to all/,
    });
    await using secured = new Router(local, [Msg01], { security: server });
    await using _reactor = new Backwards(secured, { security: server });
  });

  test("a reactor in worker processes answers requests", async () => {
    await using farm = new MpMsgReactor(new URL("../fixtures/farm/greeter.ts", import.meta.url), {
      serve: local,
      workers: 1,
      security: server,
    });
    const [endpoint = ""] = farm.endpoints;
    await using greeter = new GreeterRequest(endpoint, { security: client });
    assert.equal((await greeter.reverse({ field1: "ab" }, { timeoutMs: 20_000 })).field1, "ba");
    await turnsStrangersAway(endpoint);
  });

  test("a service registers, is found by its name and called", async () => {
    await using registry = new RegistryServer({
      endpoint: local,
      eventsEndpoint: local,
      security: { keys: keys.server, allow: [keys.server.publicKey, keys.client.publicKey] },
    });
    const first = await freePort();
    // The registry and the service have the same key here, so that one "servers" will do.
    await using service = new Reverser({
      registry: registry.endpoint,
      registryEvents: registry.eventsEndpoint,
      listen,
      ports: { first, last: first + 20 },
      security: { ...server, servers: keys.server.publicKey },
    });
    await service.waitUntilRegistered(soon);
    await using greeter = await GreeterRequest.lookup({
      registry: registry.endpoint,
      security: client,
      ...soon,
    });
    assert.equal((await greeter.reverse({ field1: "ab" }, soon)).field1, "ba");
    await turnsStrangersAway(registry.endpoint);
    await using deaf = new Subscriber(registry.eventsEndpoint, { security: stranger });
    await until(() => deaf.refusals.some(({ reason }) => reason === "auth"), "the refusal");
    await turnsStrangersAway(`tcp://${listen}:${service.port}`);

    await using intruder = new RegistryClient(registry.endpoint, { security: stranger });
    await assert.rejects(intruder.unregister("greeter", service.port, { timeoutMs: 500 }), {
      code: "TIMEOUT",
      message: /the server refused this client's public key/,
    });
    await using knows = new RegistryClient(registry.endpoint, { security: client });
    assert.equal((await knows.lookup("greeter", soon))?.port, service.port);
  });
});
