import { setTimeout as delay } from "node:timers/promises";
import type { CallOptions, Interceptor } from "dividere/messaging";
import { LoadBalancing } from "dividere/messaging";
import { Msg01 } from "../../../gen/plain.js";
import { ShopReactor, ShopRequest } from "../../../messaging/stream/shop.js";
import {
  anywhere,
  type Cases,
  later,
  mutePort,
  nowhere,
  pause,
  reasons,
  rejects,
  settled,
  soon,
  throws,
} from "./tools.js";

/** A shop in which nothing ends before it is given up. */
class Hanging extends ShopReactor {
  override handleAsk(): Promise<never> {
    return new Promise(() => {});
  }
  override async *handleList(): AsyncIterable<{ field1: string }> {
    yield { field1: "one" };
    await new Promise(() => {});
  }
  override handleUpload(): Promise<never> {
    return new Promise(() => {});
  }
}

/** Every kind of call; nobody looks at the streams. */
function calls(shop: ShopRequest, options?: CallOptions): Promise<unknown>[] {
  shop.list({ field1: "3" }, options);
  shop.chat([{ field1: "x" }], options);
  const list = shop.list({ field1: "3" }, options);
  const chat = shop.chat(endless(), options);
  return [
    shop.ask({ field1: "x" }, options),
    shop.upload([{ field1: "x" }], options),
    list.next(),
    list.headers,
    chat.next(),
  ].map((call: Promise<unknown>) => later(call));
}

async function* endless(): AsyncGenerator<{ field1: string }> {
  for (;;) {
    yield { field1: "x" };
    await delay(1);
  }
}

const throwing: Interceptor = () => () => throws();
const rejecting: Interceptor = () => async () => rejects();
const nothing: Interceptor = () => async () => undefined as never;
const late: Interceptor = (next) => async (call) => {
  const result = await next(call);
  await delay(5);
  if (result.messages === undefined) return throws();
  return { ...result, messages: throwingStream() };
};

async function* throwingStream(): AsyncGenerator<object> {
  yield { field1: "one" };
  throws();
}

export const clients: Cases = {
  "RequestClient: closed with calls before and after they were sent": async () => {
    await using reactor = new Hanging({ serve: anywhere }, { stopTimeoutMs: 0 });
    for (const endpoint of [reactor.endpoints[0] ?? "", await nowhere()]) {
      const shop = new ShopRequest(endpoint);
      const all = calls(shop, soon);
      await pause(50);
      shop.close();
      await settled(...all, ...calls(shop));
      new ShopRequest(endpoint).close();
    }
    reactor.close();
  },
  "RequestClient: calls that time out or are aborted, for whatever reason": async () => {
    await using reactor = new Hanging({ serve: anywhere });
    await using mute = await mutePort();
    for (const endpoint of [reactor.endpoints[0] ?? "", mute.endpoint]) {
      await using shop = new ShopRequest(endpoint);
      await settled(...calls(shop, { timeoutMs: 30 }));
      for (const timeoutMs of [0, -1, Number.NaN])
        await settled(
          ...[() => shop.ask({}, { timeoutMs }), () => shop.list({}, { timeoutMs }).next()].map(
            async (call) => call(),
          ),
        );
      for (const reason of reasons) {
        const controller = new AbortController();
        const all = calls(shop, { signal: controller.signal });
        await pause(10);
        controller.abort(reason);
        await settled(...all, ...calls(shop, { signal: controller.signal }));
      }
    }
    reactor.close();
  },
  "RequestClient: callbacks for headers and trailers that throw and reject": async () => {
    await using reactor = new ShopReactor({ serve: anywhere });
    await using shop = new ShopRequest(reactor.endpoints);
    for (const callback of [throws, rejects]) {
      await settled(...calls(shop, { ...soon, onHeaders: callback }));
      await settled(...calls(shop, { ...soon, onTrailers: callback }));
      const list = shop.list({ field1: "1" }, { ...soon, onTrailers: callback });
      await settled(
        (async () => {
          for await (const _ of list);
        })(),
      );
    }
  },
  "RequestClient: interceptors that throw, reject and return nothing": async () => {
    for (const interceptor of [throwing, rejecting, nothing, late]) {
      await using reactor = new ShopReactor({ serve: anywhere }, { interceptors: [interceptor] });
      await using plain = new ShopReactor({ serve: anywhere });
      await using served = new ShopRequest(reactor.endpoints);
      await settled(...calls(served, { timeoutMs: 1_000 }));
      await using shop = new ShopRequest(plain.endpoints, { interceptors: [interceptor] });
      await settled(...calls(shop, { timeoutMs: 1_000 }));
    }
  },
  "RequestClient: streams left by break, throw, return() and cancel()": async () => {
    await using reactor = new ShopReactor({ serve: anywhere });
    await using shop = new ShopRequest(reactor.endpoints);
    for await (const _ of shop.list({ field1: "1000" }, soon)) break;
    await settled(
      (async () => {
        for await (const _ of shop.chat(endless(), soon)) throws();
      })(),
    );
    const unread = shop.list({ field1: "1000" }, soon);
    const next = later(unread.next());
    unread.cancel();
    await settled(
      next,
      unread.return?.(),
      unread.next(),
      Promise.resolve(unread[Symbol.asyncDispose]()),
    );
    await settled(shop.list({ field1: "5" }, soon).return?.());
  },
  "RequestClient: inputs that throw, reject on return() and hang": async () => {
    await using reactor = new ShopReactor({ serve: anywhere });
    await using shop = new ShopRequest(reactor.endpoints);
    const hanging = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }),
    };
    const sour = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false as const, value: { field1: "x" } }),
        return: () => rejects(),
      }),
    };
    await settled(shop.upload(throwingStream() as never, soon), shop.chat(sour, soon).return?.());
    await settled(shop.upload(hanging, { timeoutMs: 30 }), shop.upload(sour, { timeoutMs: 30 }));
    await settled(shop.upload([throws] as never, { timeoutMs: 30 }));
  },
  "RequestClient: the server closes with calls in hand": async () => {
    const reactor = new Hanging({ serve: anywhere });
    await using shop = new ShopRequest(reactor.endpoints);
    const all = calls(shop, { timeoutMs: 2_000 });
    await pause(100);
    reactor.close();
    await settled(...all);
  },
  "RequestClient: retries of a client that is closed, drained or has no server": async () => {
    const retries = { maxRetries: 2, retryTimeoutMs: 10 };
    await using shop = new ShopRequest(await nowhere(), retries);
    await settled(shop.ask({}));
    const other = new ShopRequest(await nowhere(), { maxRetries: 100, retryTimeoutMs: 5 });
    const call = later(other.ask({}));
    await pause();
    const drained = other.drain({ timeoutMs: 5 });
    await settled(call, drained, other.ask({}));
  },
  "RequestClient: listeners that throw, reject and close the client": async () => {
    await using reactor = new ShopReactor({ serve: anywhere });
    for (const onStatus of [throws, rejects]) {
      await using shop = new ShopRequest(reactor.endpoints, { onStatus });
      shop.onStatus(onStatus);
      await settled(shop.ask({}, soon));
    }
    const shop: ShopRequest = new ShopRequest(reactor.endpoints, { onStatus: () => shop?.close() });
    await settled(...calls(shop, soon));
    shop.close();
  },
  "LoadBalancing.Client of messages: answers that nobody receives": async () => {
    const options = { maxRetries: 1, retryTimeoutMs: 10 };
    const client = new LoadBalancing.Client(await nowhere(), [Msg01], options);
    await settled(client.send({ field1: "x" }));
    await pause(60);
    await settled(client.send({ field1: "x" }), client.recv({ timeoutMs: 1 }));
    client.close();
    await settled(client.recv(), client.recv());
  },
};
