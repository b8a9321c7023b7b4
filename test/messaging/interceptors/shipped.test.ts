import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setLogger, setLogLevel } from "dividere/connection";
import {
  type Interceptor,
  limitConcurrency,
  logCalls,
  type RequestContext,
  RequestError,
  retryCalls,
} from "dividere/messaging";
import type { Msg01, Msg02 } from "../../gen/plain.js";
import { until } from "../../support/until.js";
import { moment } from "../reactor/greeter.js";
import { ShopReactor, ShopRequest, textsOf } from "../stream/shop.js";

/** Refuses the first so many requests of each kind. */
class Reluctant extends ShopReactor {
  refusals: number;
  attempts = 0;

  constructor(refusals: number) {
    super({ serve: "tcp://127.0.0.1:*" });
    this.refusals = refusals;
  }

  #maybe(): void {
    this.attempts++;
    if (this.refusals-- > 0) throw new RequestError("UNAVAILABLE", "not yet");
  }

  override handleAsk(msg: Msg01): Partial<Msg02> {
    this.#maybe();
    return { field1: msg.field1 };
  }

  override async *handleList(msg: Msg01, ctx: RequestContext): AsyncIterable<Partial<Msg02>> {
    this.#maybe();
    yield* super.handleList(msg, ctx);
  }
}

describe("retries", () => {
  const named = { rpcs: ["shop.Shop/Ask", "shop.Shop/List"], firstDelayMs: 1 };

  test("are made of calls that may be repeated", async () => {
    await using reactor = new Reluctant(2);
    await using shop = new ShopRequest(reactor.endpoints, { interceptors: [retryCalls(named)] });
    assert.equal((await shop.ask({ field1: "tea" })).field1, "tea");
    assert.equal(reactor.attempts, 3);
    reactor.refusals = 2;
    assert.deepEqual(await textsOf(shop.list({ field1: "2" })), ["1", "2"]);
    assert.equal(reactor.attempts, 6);
  });

  test("are not made of others, nor for ever", async () => {
    await using reactor = new Reluctant(10);
    await using plain = new ShopRequest(reactor.endpoints, { interceptors: [retryCalls()] });
    await assert.rejects(plain.ask({}), { status: "UNAVAILABLE" });
    assert.equal(reactor.attempts, 1);
    await using shop = new ShopRequest(reactor.endpoints, { interceptors: [retryCalls(named)] });
    await assert.rejects(shop.ask({}), { status: "UNAVAILABLE", message: "not yet" });
    assert.equal(reactor.attempts, 4);
  });

  test("end with the call's signal", async () => {
    await using reactor = new Reluctant(10);
    const controller = new AbortController();
    const interceptors = [retryCalls({ ...named, firstDelayMs: 60_000, maxDelayMs: 60_000 })];
    await using shop = new ShopRequest(reactor.endpoints, { interceptors });
    const call = shop.ask({}, { signal: controller.signal, timeoutMs: Number.POSITIVE_INFINITY });
    while (reactor.attempts === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error("enough"));
    await assert.rejects(call, { message: "enough" });
  });
});

describe("a limit of concurrency", () => {
  test("holds the calls beyond it, streams included, and refuses what is too much", async () => {
    const release = moment();
    let atOnce = 0;
    let most = 0;
    class Counting extends ShopReactor {
      override async handleAsk(): Promise<Partial<Msg02>> {
        most = Math.max(most, ++atOnce);
        await release.happened;
        atOnce--;
        return {};
      }
    }
    await using reactor = new Counting({ serve: "tcp://127.0.0.1:*" });
    const interceptors = [limitConcurrency(2, { maxWaiting: 3 })];
    await using shop = new ShopRequest(reactor.endpoints, { interceptors });
    const stream = shop.list({ field1: "1" });
    await stream.next();
    const calls = [1, 2, 3, 4].map(() => shop.ask({}));
    await assert.rejects(shop.ask({}), { status: "RESOURCE_EXHAUSTED" });
    await until(() => atOnce === 1, "the first request beside the stream");
    await stream.return?.();
    await until(() => atOnce === 2, "a request in the place of the stream");
    release.happen();
    await Promise.all(calls);
    assert.equal(most, 2);
    await Promise.all([shop.ask({}), shop.ask({}), shop.ask({})]);
  });

  test("gives up at the deadline of a call that waits", async () => {
    const interceptor: Interceptor = limitConcurrency(1);
    class Hanging extends ShopReactor {
      override handleAsk(): Promise<Partial<Msg02>> {
        return new Promise(() => {});
      }
    }
    await using reactor = new Hanging({ serve: "tcp://127.0.0.1:*" }, { stopTimeoutMs: 0 });
    await using shop = new ShopRequest(reactor.endpoints, { interceptors: [interceptor] });
    const first = shop.ask({}, { timeoutMs: 400 });
    await assert.rejects(shop.ask({}, { timeoutMs: 100 }), {
      code: "TIMEOUT",
      message: /before shop\.Shop\/Ask was made: 1 calls were under way/,
    });
    await assert.rejects(first, { code: "TIMEOUT" });
  });

  test("takes a whole number from 1", () => {
    assert.throws(() => limitConcurrency(0), { code: "OPTION_INVALID" });
  });
});

test("the log names each call, how it ended and how long it took", async (context) => {
  const lines: [string, object, string][] = [];
  const record = (level: string) => (details: object, message: string) =>
    lines.push([level, details, message]) as unknown as undefined;
  setLogger({
    error: record("error"),
    warn: record("warn"),
    info: record("info"),
    debug: record("debug"),
  });
  setLogLevel("info", "messaging");
  context.after(() => {
    setLogger();
    setLogLevel("error");
  });
  await using reactor = new Reluctant(0);
  await using shop = new ShopRequest(reactor.endpoints, { interceptors: [logCalls()] });
  await shop.ask({});
  await textsOf(shop.list({ field1: "3" }));
  reactor.refusals = 1;
  await assert.rejects(shop.ask({}), { status: "UNAVAILABLE" });
  const told = lines.map(([level, details, message]) => {
    const { status, responses, ms } = details as Record<string, unknown>;
    assert.equal(typeof ms, "number");
    return [level, message, status, responses];
  });
  assert.deepEqual(told, [
    ["info", "shop.Shop/Ask ended", "OK", undefined],
    ["info", "shop.Shop/List ended", "OK", 3],
    ["warn", "shop.Shop/Ask failed with UNAVAILABLE", "UNAVAILABLE", undefined],
  ]);
});
