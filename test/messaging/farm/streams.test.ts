import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MpMsgReactor } from "dividere/messaging";
import { openJobs } from "../../support/calls/open-calls.js";
import { until } from "../../support/until.js";
import { ShopRequest, textsOf } from "../stream/shop.js";

const module = new URL("../../fixtures/farm/shop.ts", import.meta.url);

function openFarm(workers: number): MpMsgReactor {
  return new MpMsgReactor(module, { serve: "tcp://127.0.0.1:*", workers });
}

describe("a farm's streams", () => {
  test("stay with one process each, beside requests", async () => {
    await using farm = openFarm(2);
    await using shop = new ShopRequest(farm.endpoints);
    await farm.waitUntilReady({ timeoutMs: 30_000 });
    const [one, two, asked] = await Promise.all([
      textsOf(shop.list({ field1: "600" })),
      textsOf(shop.chat(Array.from({ length: 600 }, (_, item) => ({ field1: String(item) })))),
      shop.ask({ field1: "beside" }),
    ]);
    for (const texts of [one, two]) {
      const pids = new Set(texts.map((text) => text.split(" ")[0]));
      assert.equal(pids.size, 1);
      assert.deepEqual(
        texts.map((text) => text.split(" ")[1]),
        Array.from({ length: 600 }, (_, item) => String(item)),
      );
    }
    assert.equal(asked.field1, "beside");
    assert.equal(openJobs(farm), 0);
  });

  test("are left in the process when their reader leaves", async () => {
    await using farm = openFarm(1);
    await using shop = new ShopRequest(farm.endpoints);
    for (let time = 0; time < 3; time++) {
      for await (const _ of shop.list({ field1: "endless" })) break;
    }
    await until(() => openJobs(farm) === 0, "the worker's streams to end");
  });

  test("fail with the process", async () => {
    await using farm = openFarm(1);
    await using shop = new ShopRequest(farm.endpoints);
    const texts: string[] = [];
    const read = (async () => {
      for await (const { field1 } of shop.list({ field1: "exit" })) texts.push(field1);
    })();
    await assert.rejects(read, { status: "WORKER_LOST" });
    assert.equal(openJobs(farm), 0);
  });

  test("end when the farm stops", async () => {
    const farm = openFarm(1);
    await using shop = new ShopRequest(farm.endpoints);
    const stream = shop.list({ field1: "endless" });
    await stream.next();
    await Promise.all([farm.stop(), assert.rejects(stream.next(), { status: "STOPPING" })]);
  });
});
