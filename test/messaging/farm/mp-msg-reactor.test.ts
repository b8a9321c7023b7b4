import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { Dealer } from "dividere/messaging";
import type { GreeterData } from "../../fixtures/farm/greeter.js";
import { Msg01 } from "../../gen/plain.js";
import { GreeterPublisher, GreeterRequest } from "../../gen/plain_dividere.js";
import { within } from "../../support/within.js";
import { greeters, pidsOf, refusedWith, serve } from "./greeters.js";
import { Desk, Farm, fixture, Statuses } from "./mp-farm.js";
import { ownTemporaryFolder } from "./own-folder.js";

const temporary = ownTemporaryFolder();

describe("MpMsgReactor", () => {
  test("serves hundreds of requests from all of its workers", async () => {
    await using farm = greeters({ serve, workers: 3 });
    await farm.waitUntilReady();
    await using greeter = new GreeterRequest(farm.endpoints);
    const asked = Array.from({ length: 600 }, (_, index) =>
      index % 2 === 0 ? `number ${index}` : "pid",
    );
    const replies = await Promise.all(asked.map((field1) => greeter.reverse({ field1 })));
    const texts = replies.map(({ field1 }) => field1);
    asked.forEach((text, index) => {
      if (text !== "pid") assert.equal(texts[index], [...text].reverse().join(""));
    });
    const pids = new Set(texts.filter((_, index) => asked[index] === "pid"));
    assert.equal(pids.size, 3, "each worker has answered");
    assert.ok(!pids.has(String(process.pid)), "none of them is this process");
  });

  test("serves from the first worker that is ready, and several clients", async () => {
    await using farm = greeters({ serve, workers: 2 });
    await using one = new GreeterRequest(farm.endpoints);
    await using other = new GreeterRequest(farm.endpoints);
    const replies = await Promise.all([
      one.reverse({ field1: "ab" }),
      other.reverse({ field1: "cd" }),
    ]);
    assert.deepEqual(
      replies.map(({ field1 }) => field1),
      ["ba", "dc"],
    );
  });

  test("gives nothing to a fully loaded worker while another is free", async () => {
    await using desk = new Desk();
    await using farm = greeters({ serve, workers: 2 });
    await farm.waitUntilReady();
    await using greeter = new GreeterRequest(farm.endpoints);
    const long = greeter.reverse({ field1: `hold ${desk.endpoint}` });
    const held = await desk.held();
    const pids = await Promise.all(
      Array.from({ length: 20 }, () => greeter.reverse({ field1: "pid" })),
    );
    assert.equal(new Set(pids.map(({ field1 }) => field1)).size, 1);
    assert.notEqual(pids[0]?.field1, held.text);
    await held.release("done");
    assert.equal((await long).field1, "done");
  });

  test("hands a worker as many messages at a time as its concurrency", async () => {
    await using desk = new Desk();
    await using farm = greeters({ serve, workers: 1, concurrency: 3 });
    await using greeter = new GreeterRequest(farm.endpoints);
    const asked = ["a", "b", "c", "d"].map(() =>
      greeter.reverse({ field1: `hold ${desk.endpoint}` }),
    );
    const held = [await desk.held(), await desk.held(), await desk.held()];
    assert.ok(await desk.quiet(), "the fourth waits");
    await held[1]?.release();
    const fourth = await desk.held();
    await Promise.all([held[0], held[2], fourth].map((each) => each?.release()));
    await Promise.all(asked);
  });

  test("does without Unix sockets where their paths would be too long", async () => {
    const long = temporary.file("x".repeat(80));
    mkdirSync(long);
    process.env["TMPDIR"] = long;
    try {
      await using farm = greeters({ serve, workers: 2 });
      assert.deepEqual(readdirSync(long), []);
      await using greeter = new GreeterRequest(farm.endpoints);
      assert.equal((await greeter.reverse({ field1: "over TCP" })).field1, "PCT revo");
    } finally {
      process.env["TMPDIR"] = temporary.path;
    }
  });

  test("passes a handler's own refusal on", async () => {
    await using farm = greeters({ serve, workers: 1 });
    await using greeter = new GreeterRequest(farm.endpoints);
    await assert.rejects(greeter.reverse({ field1: "refuse" }), refusedWith("NO_THANKS"));
  });

  test("initialises each worker before its first message, with a copy of the data", async () => {
    const data: GreeterData = { bytes: new Uint8Array([1, 2]), counts: new Map([["a", 1]]) };
    await using farm = greeters({ serve, workers: 2, data });
    await using greeter = new GreeterRequest(farm.endpoints);
    await farm.waitUntilReady();
    const replies = await Promise.all([1, 2].map(() => greeter.reverse({ field1: "init" })));
    assert.deepEqual(
      replies.map(({ field1 }) => JSON.parse(field1)).sort((a, b) => a.index - b.index),
      [0, 1].map((index) => ({ index, bytes: [1, 2], counts: [["a", 1]] })),
    );
  });

  test("runs a hand-written reactor that is exported by name and serves one by one", async () => {
    await using farm = new Farm(fixture("by-hand.ts"), {
      serve,
      export: "ByHand",
      workers: 2,
    });
    await using greeter = new GreeterRequest(farm.endpoints);
    const replies = await Promise.all(["a", "b", "c"].map((field1) => greeter.reverse({ field1 })));
    assert.deepEqual(
      replies.map(({ field1 }) => field1),
      ["A", "B", "C"],
    );
  });

  test("answers a dealer that sends no empty frame, and goes on", async () => {
    for (const [module, name] of [
      ["by-hand.ts", "ByHand"],
      ["greeter.js", "default"],
    ] as const) {
      await using farm = new Farm(fixture(module), { serve, export: name, workers: 1 });
      await using dealer = new Dealer(farm.endpoints, [Msg01]);
      for (let count = 0; count < 3; count++) {
        await dealer.send({ field1: "abc" });
        const { route, message } = await dealer.recv({ timeoutMs: 20_000 });
        assert.deepEqual([route, message.field1], [[], name === "ByHand" ? "ABC" : "cba"]);
      }
    }
  });
});

describe("MpMsgReactor's workers", () => {
  test("leave SIGINT and SIGTERM to the process that started them", async () => {
    await using farm = greeters({ serve, workers: 1 });
    const statuses = new Statuses(farm);
    const [pid = 0] = await pidsOf(farm, statuses);
    process.kill(pid, "SIGINT");
    process.kill(pid, "SIGTERM");
    await using greeter = new GreeterRequest(farm.endpoints);
    assert.equal((await greeter.reverse({ field1: "pid" })).field1, String(pid));
    assert.deepEqual(statuses.of("crashed"), []);
  });
});

describe("MpMsgReactor that subscribes", () => {
  test("handles each event once, by whichever worker is free", async () => {
    await using desk = new Desk();
    await using publisher = new GreeterPublisher(serve);
    await using farm = greeters({
      subscribe: publisher.endpoints,
      workers: 2,
      data: { report: desk.endpoint },
    });
    await farm.waitUntilReady();
    await publisher.waitForSubscribers(1);
    for (const field1 of ["a", "b", "c", "d"]) await publisher.announce({ field1 });

    const first = await desk.held();
    const second = await desk.held();
    assert.ok(await desk.quiet(), "the others wait");
    await first.release();
    const third = await desk.held();
    assert.equal(third.text.split(" ")[0], first.text.split(" ")[0]);
    await third.release();
    const fourth = await desk.held();
    await fourth.release();
    await second.release();
    assert.deepEqual([first, second, third, fourth].map(({ text }) => text.split(" ")[1]).sort(), [
      "a",
      "b",
      "c",
      "d",
    ]);
    assert.notEqual(first.text.split(" ")[0], second.text.split(" ")[0]);
    assert.ok(await desk.quiet(), "none comes twice");
  });

  test("loses the event that a worker had in hand when it crashes, and no other", async () => {
    await using desk = new Desk();
    await using publisher = new GreeterPublisher(serve);
    await using farm = greeters({
      subscribe: publisher.endpoints,
      workers: 1,
      data: { report: desk.endpoint },
    });
    const statuses = new Statuses(farm);
    await farm.waitUntilReady();
    await publisher.waitForSubscribers(1);
    await publisher.announce({ field1: "fatal" });
    await publisher.announce({ field1: "next" });
    await (await desk.held()).release("exit");
    assert.deepEqual((await statuses.next("crashed")).lost, { requests: 0, events: 1 });
    const next = await desk.held();
    assert.match(next.text, / next$/);
    await next.release();
  });

  test("shares its workers between events and requests", async () => {
    await using desk = new Desk();
    await using publisher = new GreeterPublisher(serve);
    await using farm = greeters({
      serve,
      subscribe: publisher.endpoints,
      workers: 2,
      data: { report: desk.endpoint },
    });
    await farm.waitUntilReady();
    await publisher.waitForSubscribers(1);
    await publisher.announce({ field1: "event" });
    const event = await desk.held();
    await using greeter = new GreeterRequest(farm.endpoints);
    const pids = await Promise.all([1, 2, 3].map(() => greeter.reverse({ field1: "pid" })));
    for (const { field1 } of pids) assert.notEqual(field1, event.text.split(" ")[0]);
    // stop() waits for the event as it does for a request.
    const stopped = farm.stop();
    await event.release();
    await within(stopped, "the end of the workers");
  });
});
