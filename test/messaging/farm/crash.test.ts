import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { GreeterRequest } from "../../gen/plain_dividere.js";
import { TemporaryFolder } from "../../support/temporary-folder.js";
import { greeters, pidsOf, refusedWith, serve } from "./greeters.js";
import { Desk, Statuses } from "./mp-farm.js";
import { ownTemporaryFolder } from "./own-folder.js";

ownTemporaryFolder();

describe("MpMsgReactor whose worker crashes", () => {
  test("refuses the requests that the worker had in hand, and replaces the worker", async () => {
    await using desk = new Desk();
    await using farm = greeters({ serve, workers: 2 });
    const statuses = new Statuses(farm);
    const before = await pidsOf(farm, statuses);
    await using greeter = new GreeterRequest(farm.endpoints);

    const kept = greeter.reverse({ field1: `hold ${desk.endpoint}` });
    const held = await desk.held();
    await assert.rejects(greeter.reverse({ field1: "exit 3" }), refusedWith("WORKER_LOST"));

    const crash = await statuses.next("crashed");
    assert.equal(crash.error.code, "WORKER_LOST");
    assert.equal(crash.error.exitCode, 3);
    assert.match(crash.error.message, /greeter\.ts ended by itself, with exit code 3$/);
    assert.deepEqual(crash.lost, { requests: 1, events: 0 });
    assert.equal(crash.restartInMs, 100);

    await held.release("unharmed");
    assert.equal((await kept).field1, "unharmed");
    await farm.waitUntilReady();
    const replacement = await statuses.next("ready", 3);
    assert.equal(replacement.worker, crash.worker);
    assert.ok(!before.includes(replacement.pid ?? 0));
  });

  test("waits twice as long for each crash in a row", async () => {
    await using farm = greeters({ serve, workers: 1 });
    const statuses = new Statuses(farm);
    await using greeter = new GreeterRequest(farm.endpoints);
    for (let crash = 1; crash <= 3; crash++) {
      await assert.rejects(greeter.reverse({ field1: "exit 0" }), refusedWith("WORKER_LOST"));
      await statuses.next("crashed", crash);
    }
    assert.deepEqual(
      statuses.of("crashed").map(({ restartInMs }) => restartInMs),
      [100, 200, 400],
    );
    assert.equal((await greeter.reverse({ field1: "up again" })).field1, "niaga pu");
  });

  test("notices a worker that is killed from outside, and counts its work in hand", async () => {
    await using desk = new Desk();
    await using farm = greeters({ serve, workers: 1, concurrency: 2 });
    const statuses = new Statuses(farm);
    const [pid = 0] = await pidsOf(farm, statuses);
    await using greeter = new GreeterRequest(farm.endpoints);
    const lost = [1, 2].map(() => greeter.reverse({ field1: `hold ${desk.endpoint}` }));
    await desk.held();
    await desk.held();
    process.kill(pid, "SIGKILL");
    for (const each of lost) await assert.rejects(each, refusedWith("WORKER_LOST"));
    const { error, lost: counted } = await statuses.next("crashed");
    assert.equal(error.exitSignal, "SIGKILL");
    assert.deepEqual(counted, { requests: 2, events: 0 });
  });

  test("gives up after five failed starts in a row, and reports it", async () => {
    using folder = new TemporaryFolder();
    // The first start makes the file, and each later one fails at it.
    await using farm = greeters({ serve, workers: 1, data: { tally: folder.file("tally") } });
    const statuses = new Statuses(farm);
    await farm.waitUntilReady();
    await using greeter = new GreeterRequest(farm.endpoints);
    await assert.rejects(greeter.reverse({ field1: "exit 1" }), refusedWith("WORKER_LOST"));
    // Six processes one after the other, each with a compiler to load, and three seconds of pauses.
    const { error } = await statuses.next("failed", 1, 120_000);
    assert.match(error.message, /greeter\.ts: EEXIST/);
    assert.deepEqual(
      statuses.of("crashed").map(({ restartInMs }) => restartInMs),
      [100, 200, 400, 800, 1600, undefined],
    );
    assert.ok(farm.closed);
    await assert.rejects(farm.waitUntilReady(), error);
  });
});
