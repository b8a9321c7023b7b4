import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Dealer,
  LoadBalancing,
  MpMsgReactor,
  Publisher,
  Request,
  Response,
  Router,
  Subscriber,
} from "dividere/messaging";
import { RegistryClient, RegistryServer } from "dividere/registry";
import { Msg01, Msg02 } from "../../gen/plain.js";
import { GreeterPublisher, GreeterRequest } from "../../gen/plain_dividere.js";
import { fixedEndpoint, transports } from "../../support/calls/endpoints.js";
import { Greeter, moment, soon } from "../reactor/greeter.js";

for (const transport of transports) {
  describe(`over ${transport}`, () => {
    test("a subscriber may come before its publisher, and stays when that is opened again", async () => {
      const at = await fixedEndpoint(transport);
      await using subscriber = new Subscriber(at, [Msg02]);
      for (const field1 of ["one", "two"]) {
        const heard = subscriber.recv(soon);
        await using publisher = new Publisher(at, [Msg01, Msg02]);
        await publisher.waitForSubscribers(1, { type: Msg02, ...soon });
        await publisher.send(Msg01.create({ field1: "not wanted" }));
        await publisher.send(Msg02.create({ field1 }));
        assert.equal((await heard).field1, field1);
      }
    });

    test("a request waits for its response, a dealer for its router", async () => {
      const [first, second] = [await fixedEndpoint(transport), await fixedEndpoint(transport)];
      await using request = new Request(first, [Msg01]);
      await request.send({ field1: "a request" });
      await using response = new Response(`@${first}`, [Msg01]);
      await response.send(await response.recv(soon));
      assert.equal((await request.recv(soon)).field1, "a request");
      await using dealer = new Dealer(second, [Msg01]);
      await dealer.send({ field1: "a message" });
      await using router = new Router(`@${second}`, [Msg01]);
      await router.sendRouted(await router.recv(soon));
      assert.equal((await dealer.recv(soon)).message.field1, "a message");
    });

    test("a reactor serves and subscribes before the others come", async () => {
      const [serve, subscribe] = [await fixedEndpoint(transport), await fixedEndpoint(transport)];
      const heard = moment<string>();
      class Listening extends Greeter {
        override handleMsg02({ field1 }: Msg02): void {
          heard.happen(field1);
        }
      }
      await using reactor = new Listening({ serve, subscribe });
      await using greeter = new GreeterRequest(serve);
      assert.equal((await greeter.reverse({ field1: "hello" }, soon)).field1, "hello");
      await using news = new GreeterPublisher(subscribe);
      await news.waitForSubscribers(1, soon);
      await news.announce({ field1: "news" });
      assert.equal(await heard.happened, "news");
      assert.deepEqual(reactor.errors, []);
    });

    test("a broker gives requests to a reactor that was there before it, and to one that came later", async () => {
      const [front, back] = [await fixedEndpoint(transport), await fixedEndpoint(transport)];
      await using early = new Greeter({ broker: back });
      await using greeter = new GreeterRequest(front);
      const calls = ["a", "b", "c"].map((field1) => greeter.reverse({ field1 }, soon));
      await using broker = new LoadBalancing.Broker(front, back);
      await using late = new Greeter({ broker: back });
      assert.deepEqual(
        (await Promise.all(calls)).map(({ field1 }) => field1),
        ["a", "b", "c"],
      );
      assert.deepEqual([broker.closed, ...early.errors, ...late.errors], [false]);
    });

    test("worker processes serve at an endpoint of this process", async () => {
      const serve = await fixedEndpoint(transport);
      await using greeter = new GreeterRequest(serve);
      const call = greeter.reverse({ field1: "hello" }, { timeoutMs: 60_000 });
      const module = new URL("../../fixtures/farm/greeter.ts", import.meta.url);
      await using farm = new MpMsgReactor(module, { serve, workers: 1 });
      assert.match((await call).field1, /hello|olleh/);
      assert.deepEqual(farm.endpoints, [serve]);
    });

    test("a registry answers, and announces itself", async () => {
      const [endpoint, eventsEndpoint] = [
        await fixedEndpoint(transport),
        await fixedEndpoint(transport),
      ];
      await using client = new RegistryClient(endpoint, { address: "127.0.0.1" });
      const registered = client.register("a", 1, soon);
      await using server = new RegistryServer({ endpoint, eventsEndpoint });
      await registered;
      assert.equal((await client.lookup("a", soon))?.port, 1);
      assert.equal(server.closed, false);
    });
  });
}
