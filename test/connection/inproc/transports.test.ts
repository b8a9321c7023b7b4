import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type Connector,
  Dealer,
  LoadBalancing,
  Publisher,
  Request,
  Response,
  Router,
  Subscriber,
  Proxy as ZeroMqProxy,
} from "dividere/connection";
import { fixedEndpoint, transports } from "../../support/calls/endpoints.js";
import { until } from "../../support/until.js";
import { within } from "../../support/within.js";

const soon = { timeoutMs: 10_000 };

const bytes = (text: string): Uint8Array => Buffer.from(text);
const text = (message: Uint8Array): string => Buffer.from(message).toString();

/** Fulfilled with the next event of a type of a connector. */
async function next(connector: Connector, wanted: string): Promise<void> {
  let stop = () => {};
  const event = new Promise<void>((resolve) => {
    stop = connector.onStatus(({ type }) => {
      if (type === wanted) resolve();
    });
  });
  await within(event, `${connector.endpoints.join(", ")} to be ${wanted}`).finally(stop);
}

for (const transport of transports) {
  describe(`over ${transport}`, () => {
    test("a subscriber may come before its publisher, and stays when that is closed and opened again", async () => {
      const at = await fixedEndpoint(transport);
      await using subscriber = new Subscriber(at, { topics: ["news"] });
      for (const round of ["news 1", "news 2"]) {
        const heard = subscriber.recv(soon);
        await using publisher = new Publisher(at);
        await publisher.waitForSubscribers(1, { topic: "news", ...soon });
        await publisher.send(bytes("other"));
        await publisher.send(bytes(round));
        assert.equal(text(await heard), round);
      }
    });

    test("a publisher sees its subscribers come and go", async () => {
      const at = await fixedEndpoint(transport);
      await using publisher = new Publisher(at);
      const subscriber = new Subscriber(at, { topics: ["a", "b"] });
      await publisher.waitForSubscribers(2, soon);
      await using other = new Subscriber(at, { topics: ["c"] });
      await publisher.waitForSubscribers(1, { topic: "c", ...soon });
      subscriber.close();
      await until(() => publisher.subscriptionCount() === 1, "the end of two subscriptions");
      assert.equal(other.closed, false);
    });

    test("a request may be sent before there is a response, and the next after that was opened again", async () => {
      const at = await fixedEndpoint(transport);
      await using request = new Request(at);
      for (const round of ["one", "two"]) {
        await request.send(bytes(round));
        const response = new Response(`@${at}`);
        const asked = text(await response.recv(soon));
        await response.send(bytes(asked.toUpperCase()));
        assert.equal(text(await request.recv(soon)), round.toUpperCase());
        const lost = next(request, "disconnected");
        response.close();
        await lost;
      }
    });

    test("a dealer's messages wait for its router, and its next ones for the router after that", async () => {
      const at = await fixedEndpoint(transport);
      await using dealer = new Dealer(at);
      for (const round of ["one", "two"]) {
        await dealer.send(bytes(round));
        const router = new Router(`@${at}`);
        const { route, message } = await router.recv(soon);
        assert.equal(text(message), round);
        await router.send({ route, message: bytes(`${round} answered`) });
        assert.equal(text((await dealer.recv(soon)).message), `${round} answered`);
        const lost = next(dealer, "disconnected");
        router.close();
        await lost;
      }
    });

    test("what was sent before a router closed can still be received", async () => {
      const at = await fixedEndpoint(transport);
      await using dealer = new Dealer(at);
      const router = new Router(`@${at}`);
      await dealer.send(bytes("all of them"));
      const { route } = await router.recv(soon);
      const sent = Array.from({ length: 100 }, (_, index) => String(index));
      for (const each of sent) await router.send({ route, message: bytes(each) });
      router.close();
      const received: string[] = [];
      for (const _ of sent) received.push(text((await dealer.recv(soon)).message));
      assert.deepEqual(received, sent);
    });

    test("a router cannot reach a dealer that has left", async () => {
      const at = await fixedEndpoint(transport);
      await using router = new Router(`@${at}`);
      const dealer = new Dealer(at);
      await dealer.send(bytes("hello"));
      const { route } = await router.recv(soon);
      const left = next(router, "disconnected");
      dealer.close();
      await left;
      const answer = async () => {
        for (;;) await router.send({ route, message: bytes("are you there?") });
      };
      await assert.rejects(answer(), { code: "PEER_UNREACHABLE" });
    });

    test("both ends report that they are connected, and that the other has gone", async () => {
      const at = await fixedEndpoint(transport);
      await using dealer = new Dealer(at);
      const met = next(dealer, "connected");
      const router = new Router(`@${at}`);
      const guest = next(router, "connected");
      await Promise.all([met, guest]);
      const lost = next(dealer, "disconnected");
      router.close();
      await lost;
      const metAgain = next(dealer, "connected");
      await using again = new Router(`@${at}`);
      await metAgain;
      const left = next(again, "disconnected");
      dealer.close();
      await left;
    });

    test("a proxy stands between a client and a server that come before it, and stay when it is opened again", async () => {
      const [front, back] = [await fixedEndpoint(transport), await fixedEndpoint(transport)];
      await using request = new Request(front);
      await using response = new Response(`>${back}`);
      for (const round of ["one", "two"]) {
        await request.send(bytes(round));
        const proxy = new ZeroMqProxy(front, back);
        const asked = text(await response.recv(soon));
        await response.send(bytes(asked.toUpperCase()));
        assert.equal(text(await request.recv(soon)), round.toUpperCase());
        const lost = [next(request, "disconnected"), next(response, "disconnected")];
        await proxy[Symbol.asyncDispose]();
        await Promise.all(lost);
      }
    });

    test("a broker hands requests to workers that come before it, and come back when it is opened again", async () => {
      const [front, back] = [await fixedEndpoint(transport), await fixedEndpoint(transport)];
      await using worker = new LoadBalancing.Worker(back, (request) =>
        bytes(text(request).toUpperCase()),
      );
      await using client = new LoadBalancing.Client(front, { retryTimeoutMs: 500, maxRetries: 20 });
      for (const round of ["one", "two"]) {
        await using broker = new LoadBalancing.Broker(front, back, { heartbeatIntervalMs: 200 });
        assert.equal(text(await client.request(bytes(round), soon)), round.toUpperCase());
        assert.equal(broker.closed, false);
      }
      assert.equal(worker.closed, false);
    });
  });
}
