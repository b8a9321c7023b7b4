import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inFlight } from "../../support/calls/open-calls.js";
import { ShopReactor, ShopRequest } from "../stream/shop.js";

describe("timeoutMs", () => {
  for (const timeoutMs of [0, -5]) {
    test(`of ${timeoutMs} fails before anything is sent`, async () => {
      class Counting extends ShopReactor {
        asked = 0;
        override handleAsk(): object {
          this.asked++;
          return {};
        }
      }
      await using reactor = new Counting({ serve: "tcp://127.0.0.1:*" });
      await using shop = new ShopRequest(reactor.endpoints);
      await assert.rejects(shop.ask({}, { timeoutMs }), {
        code: "TIMEOUT",
        message: /leaves no time/,
      });
      await assert.rejects(shop.list({}, { timeoutMs }).next(), { code: "TIMEOUT" });
      await shop.ask({});
      assert.equal(reactor.asked, 1);
      assert.equal(inFlight(shop), 0);
    });
  }

  test("of NaN is refused", async () => {
    await using shop = new ShopRequest("tcp://127.0.0.1:1");
    await assert.rejects(shop.ask({}, { timeoutMs: Number.NaN }), {
      code: "OPTION_INVALID",
      message: /shop\.Shop\/Ask: timeoutMs is NaN/,
    });
  });

  test("of 1e12 waits", async () => {
    await using reactor = new ShopReactor({ serve: "tcp://127.0.0.1:*" });
    await using shop = new ShopRequest(reactor.endpoints);
    assert.equal((await shop.ask({ field1: "tea" }, { timeoutMs: 1e12 })).field1, "tea");
  });

  test("does not matter to a signal that is aborted already", async () => {
    await using shop = new ShopRequest("tcp://127.0.0.1:1");
    const signal = AbortSignal.abort(new Error("too late"));
    await assert.rejects(shop.ask({}, { signal }), { message: "too late" });
    await assert.rejects(shop.upload([], { signal }), { message: "too late" });
    await assert.rejects(shop.list({}, { signal }).next(), { message: "too late" });
    assert.equal(inFlight(shop), 0);
  });
});
