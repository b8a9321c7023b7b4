import { setTimeout as delay } from "node:timers/promises";
import type { RequestContext } from "dividere/messaging";
import {
  Dealer,
  MtMsgReactor,
  Publisher,
  Reactors,
  Request,
  Response,
  Router,
  ShutdownEvent,
  Subscriber,
  stopOnSignals,
} from "dividere/messaging";
import { Msg01, Msg02 } from "../../../gen/plain.js";
import { GreeterPublisher, GreeterRequest } from "../../../gen/plain_dividere.js";
import { Greeter } from "../../../messaging/reactor/greeter.js";
import { ShopReactor, ShopRequest } from "../../../messaging/stream/shop.js";
import {
  anywhere,
  bytes,
  type Cases,
  later,
  pause,
  rejects,
  settled,
  soon,
  throws,
} from "./tools.js";

/** Does what each request says. */
class Bad extends Greeter {
  override async handleMsg01(msg: Msg01, ctx: RequestContext): Promise<Msg01> {
    switch (msg.field1) {
      case "throw":
        return throws();
      case "null":
        await Promise.reject(null);
        return msg;
      case "late":
        await delay(60);
        return throws();
      case "twice":
        await ctx.reply<Msg01>({ field1: "once" });
        await ctx.reply<Msg01>({ field1: "twice" });
        return msg;
      case "forgotten": {
        // A reply that is not awaited, and that no client is there for.
        void ctx.reply<Msg01>({ field1: "once" });
        return throws();
      }
      case "stop":
        void this.stop();
        return msg;
      case "close":
        this.close();
        return throws();
      case "thenable":
        // biome-ignore lint/suspicious/noThenProperty: a handler may return anything
        return { then: throws } as never;
      default:
        return new Promise(() => {});
    }
  }
  override handleMsg02(): Promise<void> {
    return rejects();
  }
  override idle(): void {
    throws();
  }
}

class Loud extends Bad {
  override onError(): void {
    throws();
  }
}
class Rejecting extends Bad {
  override async onError(): Promise<void> {
    await rejects();
  }
  override idle(): Promise<void> {
    return rejects();
  }
}

/** Has no handlers. */
class Bare extends MtMsgReactor {}

/** Streams that fail in every place. */
class BadShop extends ShopReactor {
  override async *handleList(msg: Msg01, ctx: RequestContext): AsyncIterable<Partial<Msg02>> {
    try {
      yield { field1: "one" };
      if (msg.field1 === "throw") throws();
      if (msg.field1 === "wrong") yield 3 as never;
      await new Promise((resolve) => ctx.signal.addEventListener("abort", resolve));
    } finally {
      if (msg.field1 !== "wrong") throws();
    }
  }
  override async handleUpload(msgs: AsyncIterable<Msg01>): Promise<Partial<Msg02>> {
    for await (const _ of msgs) throws();
    return throws();
  }
  override handleChat(): never {
    return throws();
  }
  override async onError(): Promise<void> {
    await rejects();
  }
}

const handlers = Object.entries({ Bad, Loud, Rejecting }).map(
  ([name, Class]): [string, () => Promise<void>] => [
    `reactor ${name}: handlers, onError and idle that throw and reject`,
    async () => {
      const texts = ["throw", "null", "late", "twice", "forgotten", "thenable", "hang"];
      await using news = new GreeterPublisher(anywhere);
      const links = { serve: anywhere, subscribe: news.endpoints };
      const options = { idleIntervalMs: 5, stopTimeoutMs: 10 };
      const reactor = new Class(links, options);
      await using greeter = new GreeterRequest(reactor.endpoints[0] ?? "");
      const client = new GreeterRequest(reactor.endpoints[0] ?? "");
      await news.waitForSubscribers(1, soon);
      await news.announce({ field1: "x" });
      await settled(
        ...texts.map((field1) => later(greeter.reverse({ field1 }, { timeoutMs: 100 }))),
      );
      const gone = texts.map((field1) => later(client.reverse({ field1 }, { timeoutMs: 5_000 })));
      await pause();
      client.close();
      await settled(...gone);
      await pause(80);
      await settled(reactor.stop(), reactor.drain());
      for (const field1 of ["stop", "close"]) {
        await using ending = new Class({ serve: anywhere }, options);
        await using last = new GreeterRequest(ending.endpoints);
        await settled(last.reverse({ field1 }, { timeoutMs: 500 }), ending.stopped);
      }
    },
  ],
);

export const reactors: Cases = {
  ...Object.fromEntries(handlers),
  "streams whose handlers throw before, within and after": async () => {
    const reactor = new BadShop({ serve: anywhere }, { stopTimeoutMs: 10 });
    await using shop = new ShopRequest(reactor.endpoints);
    for (const field1 of ["throw", "wrong", "wait"]) {
      const list = shop.list({ field1 }, { timeoutMs: 100 });
      await settled(list.next(), list.next(), list.next());
      for await (const _ of shop.list({ field1 }, soon)) break;
    }
    await settled(shop.upload([{ field1: "x" }], soon), shop.chat([], soon).next());
    const open = shop.list({ field1: "wait" }, soon);
    await open.next();
    await settled(reactor.stop(), open.next());
  },
  "reactors that are closed or stopped before their first turn": async () => {
    new Bad({ serve: anywhere }).close();
    await new Bad({ serve: anywhere }).stop();
    const both = new Bad({ serve: anywhere });
    await settled(both.stop(), both.drain({ timeoutMs: 0 }), both[Symbol.asyncDispose]());
    const links = new Router(anywhere, [Msg01]);
    const bare = new Bare(links);
    await pause(5);
    links.close();
    await bare.stopped;
    await using together = new Reactors({ serve: anywhere }, [new Bad()]);
    together.close();
  },
  "a reactor that is told to stop by an event and by a signal": async () => {
    await using news = new Publisher(anywhere, [ShutdownEvent]);
    const reactor = new Rejecting(new Subscriber(news.endpoints, [ShutdownEvent]));
    await news.waitForSubscribers(1, soon);
    await news.send({});
    await reactor.stopped;
    const other = new Rejecting({ serve: anywhere });
    stopOnSignals(other, {
      stopped: Promise.resolve(),
      stop: () => Promise.reject(new Error("no")),
    });
    process.emit("SIGTERM");
    await other.stopped;
    // The one that could not be stopped has set it.
    process.exitCode = 0;
  },
  "links: frames that do not decode, and answers out of turn": async () => {
    await using response = new Response(anywhere, [Msg01]);
    await using request = new Request(response.endpoints, [Msg01]);
    await request.connector.send(bytes("no envelope"));
    await settled(response.recv(soon), request.recv(soon), request.recv(soon));
    await settled(response.send({ field1: "x" }), response.recv({ timeoutMs: 5 }));
    await using router = new Router(anywhere, [Msg01]);
    await using dealer = new Dealer(router.endpoints, [Msg01]);
    await dealer.connector.send(bytes("no envelope"));
    const loop = (async () => {
      for await (const _ of router);
    })();
    await settled(loop, dealer.recv(soon));
    await settled(dealer.send(3 as never), dealer.send({ nothing: true } as never));
  },
  "Subscriber: onGap that throws and rejects": async () => {
    for (const onGap of [throws, rejects]) {
      await using first = new Publisher(anywhere, [Msg02], { sequence: true });
      await using subscriber = new Subscriber(first.endpoints, [Msg02], { onGap });
      await first.waitForSubscribers(1, soon);
      await first.send({ field1: "1" });
      await subscriber.recv(soon);
      // A number is skipped where a send is given up.
      await settled(first.send({ field1: "2" }, undefined, { signal: AbortSignal.abort() }));
      await first.send({ field1: "3" });
      await subscriber.recv(soon);
    }
  },
};
