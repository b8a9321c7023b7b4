import assert from "node:assert/strict";
import { test } from "node:test";
import { freePort } from "../../support/ports.js";
import { until } from "../../support/until.js";
import { ShopReactor, ShopRequest } from "../stream/shop.js";

test("a line that fails is tried again after ever longer pauses, gets no call, and calls again once it answers", async () => {
  await using living = new ShopReactor({ serve: "tcp://127.0.0.1:*" });
  const absent = `tcp://127.0.0.1:${await freePort()}`;
  const pauses: number[] = [];
  let connected = 0;
  await using shop = new ShopRequest([absent, ...living.endpoints], {
    onStatus: (event) => {
      if (event.type === "retrying") pauses.push(event.intervalMs);
      if (event.type === "connected") connected++;
    },
  });
  for (let call = 0; call < 20; call++) await shop.ask({}, { timeoutMs: 10_000 });
  await until(() => pauses.length >= 6, "six failures");
  // libzmq adds up to the first pause to each, at random.
  const least = [100, 200, 400, 800, 1_000, 1_000];
  for (const [index, ms] of least.entries()) {
    const pause = pauses[index] ?? 0;
    assert.ok(pause >= ms && pause <= ms + 100, `pauses of ${pauses.join(", ")} ms`);
  }
  class Counting extends ShopReactor {
    asked = 0;
    override handleAsk(): object {
      this.asked++;
      return {};
    }
  }
  await using returned = new Counting({ serve: `@${absent}` });
  await until(() => connected === 2, "the line's connection");
  for (let call = 0; call < 4; call++) await shop.ask({}, { timeoutMs: 10_000 });
  assert.equal(returned.asked, 2);
});
