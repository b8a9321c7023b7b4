import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { GreeterRequest } from "../../gen/plain_dividere.js";
import { waitingAt } from "../../support/calls/open-calls.js";
import { until } from "../../support/until.js";
import { within } from "../../support/within.js";
import { greeters, pidsOf, refusedWith, serve } from "./greeters.js";
import { Desk, isAlive, Statuses } from "./mp-farm.js";
import { ownTemporaryFolder } from "./own-folder.js";

ownTemporaryFolder();

describe("MpMsgReactor that drains", () => {
  test("handles what is in hand and what waits, and refuses what comes later", async () => {
    await using desk = new Desk();
    await using farm = greeters({ serve, workers: 1 });
    await using greeter = new GreeterRequest(farm.endpoints);
    const inHand = greeter.reverse({ field1: `hold ${desk.endpoint}` });
    const held = await desk.held();
    const waiting = greeter.reverse({ field1: "waits" });
    await until(() => waitingAt(farm) === 1, "a request that waits");
    const drained = farm.drain({ timeoutMs: 60_000 });
    assert.equal(farm.drain(), drained);
    assert.ok(farm.closed);
    await assert.rejects(greeter.reverse({ field1: "late" }), refusedWith("STOPPING"));
    await held.release("finished");
    assert.equal((await inHand).field1, "finished");
    assert.equal((await waiting).field1, "stiaw");
    assert.deepEqual(await drained, { queued: 0, inFlight: 0 });
    await within(farm.stopped, "the end of the workers");
  });

  test("kills workers that are not done in time, refuses their requests, and counts them", async () => {
    await using desk = new Desk();
    await using farm = greeters({ serve, workers: 1 });
    const statuses = new Statuses(farm);
    const pids = await pidsOf(farm, statuses);
    await using greeter = new GreeterRequest(farm.endpoints, { timeoutMs: 600_000 });
    const inHand = greeter.reverse({ field1: `hold ${desk.endpoint}` });
    await desk.held();
    const lost = assert.rejects(inHand, refusedWith("WORKER_LOST"));
    assert.deepEqual(await farm.drain({ timeoutMs: 50 }), { queued: 0, inFlight: 1 });
    await lost;
    assert.deepEqual(pids.map(isAlive), [false]);
  });

  test("refuses what still waits when its time has passed, and counts it", async () => {
    await using desk = new Desk();
    await using farm = greeters({ serve, workers: 1 });
    await using greeter = new GreeterRequest(farm.endpoints, { timeoutMs: 600_000 });
    const inHand = greeter.reverse({ field1: `hold ${desk.endpoint}` });
    await desk.held();
    const lost = assert.rejects(inHand, refusedWith("WORKER_LOST"));
    const waiting = assert.rejects(greeter.reverse({ field1: "?" }), refusedWith("STOPPING"));
    await until(() => waitingAt(farm) === 1, "a request that waits");
    assert.deepEqual(await farm.drain({ timeoutMs: 50 }), { queued: 1, inFlight: 1 });
    await Promise.all([lost, waiting]);
  });

  test("ends within its stopTimeoutMs, however long its handlers take", async () => {
    await using desk = new Desk();
    await using farm = greeters({ serve, workers: 1, stopTimeoutMs: 50 });
    await using greeter = new GreeterRequest(farm.endpoints, { timeoutMs: 600_000 });
    const lost = assert.rejects(
      greeter.reverse({ field1: `hold ${desk.endpoint}` }),
      refusedWith("WORKER_LOST"),
    );
    await desk.held();
    await within(farm.stop(), "the end of the workers");
    await lost;
  });

  test("has nothing to give up while it is still starting", async () => {
    const farm = greeters({ serve, workers: 2 });
    assert.deepEqual(await farm.drain(), { queued: 0, inFlight: 0 });
    assert.deepEqual(await farm.drain(), { queued: 0, inFlight: 0 });
  });
});
