import assert from "node:assert/strict";
import { test } from "node:test";
import { Router } from "zeromq";
import { ShopRequest } from "../../messaging/stream/shop.js";

test("a client calls a socket of zeromq.js that is bound in this process", async () => {
  const router = new Router();
  try {
    router.bindSync("inproc://bound-by-zeromq");
    await using shop = new ShopRequest("inproc://bound-by-zeromq");
    const call = shop.ask({ field1: "tea" }, { timeoutMs: 10_000 });
    const frames = await router.receive();
    assert.equal(frames.length, 4);
    shop.close();
    await assert.rejects(call, { code: "CLOSED" });
  } finally {
    router.close();
  }
});
