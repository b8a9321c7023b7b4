import assert from "node:assert/strict";
import * as connection from "dividere/connection";
import {
  Dealer,
  DynamicClient,
  LoadBalancing,
  MpMsgReactor,
  MtMsgReactor,
  Publisher,
  Reactors,
  Request,
  type RequestContext,
  Response,
  Router,
  ShutdownEvent,
  Subscriber,
} from "dividere/messaging";
import { Msg01, type Msg02, type Scalars } from "../../gen/plain.js";
import {
  GreeterPublisher,
  GreeterReactor,
  GreeterRequest,
  GreeterSubscriber,
} from "../../gen/plain_dividere.js";
import { ShopReactor, ShopRequest, textsOf } from "../../messaging/stream/shop.js";
import { isClosed, local, type Scenarios, soon } from "./scenario.js";

const message: Msg01 = { field1: "a message" };

/** Says what it was told, and does something with its signal first. */
class Greeter extends GreeterReactor {
  onEvent: (text: string) => void = () => {};

  override async handleMsg01(msg: Msg01, { signal }: RequestContext): Promise<Msg01> {
    if (msg.field1 !== "never") return msg;
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return msg;
  }

  override handleMsg02({ field1 }: Msg02): void {
    this.onEvent(field1);
  }

  override handleScalars(msg: Scalars): Scalars {
    return msg;
  }

  override handleTelegram(): void {}
}

/** Has something to do while there is nothing to do. */
class ByHand extends MtMsgReactor {
  override idle(): void {}

  handleMsg01(msg: Msg01): Msg01 {
    return msg;
  }
}

class Server extends LoadBalancing.Server {
  handleMsg01(msg: Msg01): Msg01 {
    return msg;
  }
}

export const messagingScenarios: Scenarios = {
  "messaging.DynamicClient": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using reactor = watch(new Greeter({ serve: local }));
      await using client = watch(new DynamicClient(reactor.endpoints));
      const rpc = { path: "Greeter/Reverse", request: Msg01, response: Msg01 };
      const answer = await client.unary(rpc, message, { ...soon, signal });
      assert.equal(answer.field1, message.field1);
    }),

  "messaging.Publisher and Subscriber": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using publisher = watch(new Publisher(local, [Msg01]));
      await using subscriber = watch(new Subscriber(publisher.endpoints, [Msg01]));
      await publisher.waitForSubscribers(1, { ...soon, signal });
      await publisher.send(message);
      for await (const { field1 } of subscriber) {
        assert.equal(field1, message.field1);
        break;
      }
      const pending = isClosed(subscriber.recv({ ...soon, signal }));
      subscriber.close();
      await pending;
    }),

  "calls that leave and arrive together": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using reactor = watch(new Greeter({ serve: local }));
      await using greeter = watch(new GreeterRequest(reactor.endpoints));
      await greeter.reverse(message, { ...soon, signal });
      await Promise.all([1, 2, 3].map(() => greeter.reverse(message, { ...soon, signal })));
      const pending = [1, 2, 3].map(() => isClosed(greeter.reverse(message, { ...soon, signal })));
      greeter.close();
      await Promise.all(pending);
      reactor.close();
    }),

  "messages that leave and arrive together": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using publisher = watch(new Publisher(local, [Msg01], { batch: { delayMs: 1 } }));
      await using subscriber = watch(new Subscriber(publisher.endpoints, [Msg01]));
      await publisher.waitForSubscribers(1, { ...soon, signal });
      await Promise.all([publisher.send(message), publisher.send(message)]);
      for await (const messages of subscriber.batches()) {
        assert.equal(messages.length, 2);
        break;
      }
      const unsent = [publisher.send(message), publisher.send(message)];
      publisher.close();
      await Promise.all(unsent);
    }),

  "messaging.Request and Response": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using response = watch(new Response(local, [Msg01]));
      await using request = watch(new Request(response.endpoints, [Msg01]));
      await request.send(message);
      await response.send(await response.recv({ ...soon, signal }));
      await request.recv({ ...soon, signal });
    }),

  "messaging.Dealer and Router": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using router = watch(new Router(local, [Msg01]));
      await using dealer = watch(new Dealer(router.endpoints, [Msg01]));
      await dealer.send(message);
      await router.sendRouted(await router.recv({ ...soon, signal }));
      await dealer.recv({ ...soon, signal });
    }),

  "generated Publisher, Subscriber, Request and Reactor": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using news = watch(new GreeterPublisher(local));
      await using events = watch(new GreeterSubscriber(news.endpoints));
      await using reactor = watch(new Greeter({ serve: local, subscribe: news.endpoints }));
      await using greeter = watch(new GreeterRequest(reactor.endpoints[0] ?? ""));
      const heard = new Promise<string>((resolve) => {
        reactor.onEvent = resolve;
      });
      const calls = [greeter.reverse(message, { ...soon, signal }), greeter.reverse(message)];
      await Promise.all(calls);
      await news.waitForSubscribers(2, { ...soon, signal });
      await news.announce({ field1: "news" });
      assert.equal(await heard, "news");
      await events.recv({ ...soon, signal });
      const pending = isClosed(greeter.reverse({ field1: "never" }, { ...soon, signal }));
      greeter.close();
      await pending;
      reactor.close();
    }),

  "messaging.RequestClient and nobody": async (repeat) => {
    const nobody = `tcp://127.0.0.1:${await connection.PortManager.acquire()}`;
    await repeat(async ({ signal, watch }) => {
      await using greeter = watch(new GreeterRequest([nobody, nobody]));
      await assert.rejects(greeter.reverse(message, { timeoutMs: 1, signal }), { code: "TIMEOUT" });
      const pending = isClosed(greeter.reverse(message, { ...soon, signal }));
      greeter.close();
      await pending;
    });
  },

  "messaging.Reactors and streams": (repeat) =>
    repeat(async ({ signal, watch }) => {
      const services = [new Greeter(), new ShopReactor()];
      await using server = watch(new Reactors({ serve: local }, services));
      await using shop = watch(new ShopRequest(server.endpoints));
      assert.deepEqual(await textsOf(shop.list({ field1: "3" }, { signal })), ["1", "2", "3"]);
      assert.equal((await shop.upload([message, message], { signal })).field1.length, 19);
      for await (const _ of shop.chat([message, message], { ...soon, signal })) break;
      const pending = isClosed(textsOf(shop.list({ field1: "1000000" }, { ...soon, signal })));
      shop.close();
      await pending;
    }),

  "messaging.MtMsgReactor": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using control = watch(new Publisher(local, [ShutdownEvent]));
      const subscriber = new Subscriber(control.endpoints, [ShutdownEvent]);
      await using reactor = watch(
        new ByHand([new Response(local, [Msg01]), new Dealer(local, [Msg01]), subscriber], {
          idleIntervalMs: 1,
        }),
      );
      await using request = watch(new Request(reactor.endpoints[0] ?? "", [Msg01]));
      await request.send(message);
      await request.recv({ ...soon, signal });
      await control.waitForSubscribers(1, { ...soon, signal });
      await control.send({});
      // Closed by the reactor, which the event stops.
      await isClosed(subscriber.connector.wait());
    }),

  "messaging.LoadBalancing": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using broker = watch(new LoadBalancing.Broker(local, local));
      await using server = watch(new Server(broker.backendEndpoints[0] ?? "", [Msg01]));
      await using client = watch(new LoadBalancing.Client(broker.frontendEndpoints, [Msg01]));
      await server.waitForBroker({ ...soon, signal });
      await client.request(message, undefined, { ...soon, signal });
    }),

  "messaging.LoadBalancing without peers": async (repeat) => {
    await using clients = new connection.Router(local);
    await using workers = new connection.Router(local);
    await repeat(async ({ signal, watch }) => {
      await using server = watch(new Server(workers.endpoints[0] ?? "", [Msg01]));
      await using client = watch(
        new LoadBalancing.Client(clients.endpoints, [Msg01], { retryTimeoutMs: 1, maxRetries: 1 }),
      );
      await client.send(message);
      const pending = isClosed(server.waitForBroker({ ...soon, signal }));
      server.close();
      await pending;
    });
  },
};

/** Each of these forks, which takes a hundred times as long as opening a socket: they are fewer. */
export const processScenarios: Scenarios = {
  "messaging.MpMsgReactor": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using farm = watch(
        new MpMsgReactor(new URL("../../fixtures/farm/greeter.ts", import.meta.url), {
          serve: local,
          workers: 2,
        }),
      );
      await using greeter = watch(new GreeterRequest(farm.endpoints));
      await farm.waitUntilReady({ ...soon, signal });
      await greeter.reverse(message, { ...soon, signal });
    }),

  "messaging.MpMsgReactor, closed at once": (repeat) =>
    repeat(async ({ signal, watch }) => {
      const farm = watch(
        new MpMsgReactor(new URL("../../fixtures/farm/greeter.ts", import.meta.url), {
          serve: local,
          workers: 2,
        }),
      );
      const pending = isClosed(farm.waitUntilReady({ ...soon, signal }));
      farm.close();
      await pending;
    }),
};
