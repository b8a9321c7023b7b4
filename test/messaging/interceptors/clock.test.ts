import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { type Interceptor, limitConcurrency, retryCalls } from "dividere/messaging";
import type { Msg02 } from "../../gen/plain.js";
import { ShopReactor, ShopRequest, textsOf } from "../stream/shop.js";

const HOUR_MS = 3_600_000;

/** Sets this process's clock while a call is under way. */
function settingClock(t: TestContext, byMs: number): Interceptor {
  return (next) => (call) => {
    const { now } = Date;
    t.mock.method(Date, "now", () => now() + byMs);
    return next(call);
  };
}

/** A shop of which nobody ever hears. */
class Silent extends ShopReactor {
  override handleAsk(): Promise<Partial<Msg02>> {
    return new Promise(() => {});
  }
  override async *handleList(): AsyncIterable<Partial<Msg02>> {
    await new Promise(() => {});
  }
}

/** The shipped interceptors that look at the deadline, around the one that sets the clock and within it. */
const around = (clock: Interceptor): readonly Interceptor[] => [
  clock,
  retryCalls({ rpcs: ["shop.Shop/Ask"], attemptTimeoutMs: 30_000 }),
  limitConcurrency(5),
];

describe("the deadline of a call", () => {
  test("does not come when somebody sets the clock forward", async (t) => {
    await using reactor = new ShopReactor({ serve: "tcp://127.0.0.1:*" });
    const interceptors = around(settingClock(t, HOUR_MS));
    await using shop = new ShopRequest(reactor.endpoints, { interceptors });
    const options = { timeoutMs: 60_000 };
    assert.equal((await shop.ask({ field1: "tea" }, options)).field1, "tea");
    assert.deepEqual(await textsOf(shop.list({ field1: "2" }, options)), ["1", "2"]);
    assert.equal((await shop.upload([{ field1: "x" }], options)).field1, "x");
  });

  test("comes although somebody sets the clock back", async (t) => {
    await using reactor = new Silent({ serve: "tcp://127.0.0.1:*" }, { stopTimeoutMs: 0 });
    const interceptors = around(settingClock(t, -HOUR_MS));
    await using shop = new ShopRequest(reactor.endpoints, { interceptors });
    await assert.rejects(shop.ask({}, { timeoutMs: 50 }), { code: "TIMEOUT" });
    await assert.rejects(shop.list({}, { timeoutMs: 50 }).next(), { code: "TIMEOUT" });
    reactor.close();
  });

  test("moves with an interceptor that moves it", async () => {
    const sooner: Interceptor = (next) => (call) =>
      next({ ...call, deadline: (call.deadline ?? 0) - 599_950 });
    const given: Interceptor = (next) => (call) => next({ ...call, deadline: Date.now() + 50 });
    await using reactor = new Silent({ serve: "tcp://127.0.0.1:*" }, { stopTimeoutMs: 0 });
    await using early = new ShopRequest(reactor.endpoints, { interceptors: [sooner] });
    await assert.rejects(early.ask({}, { timeoutMs: 600_000 }), { code: "TIMEOUT" });
    await using limited = new ShopRequest(reactor.endpoints, { interceptors: [given] });
    await assert.rejects(limited.list({}).next(), { code: "TIMEOUT" });
    reactor.close();
  });
});
