import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DividereError, Publisher, ShutdownEvent } from "dividere/messaging";
import { GreeterRequest } from "../../gen/plain_dividere.js";
import { within } from "../../support/within.js";
import { greeters, pidsOf, refusedWith, serve } from "./greeters.js";
import { Desk, Farm, fixture, isAlive, Statuses } from "./mp-farm.js";
import { ownTemporaryFolder } from "./own-folder.js";

ownTemporaryFolder();

describe("MpMsgReactor that stops", () => {
  test("lets work in hand finish, refuses later requests, and awaits all exits", async () => {
    await using desk = new Desk();
    await using farm = greeters({ serve, workers: 2 });
    const statuses = new Statuses(farm);
    const pids = await pidsOf(farm, statuses);
    await using greeter = new GreeterRequest(farm.endpoints);
    const inHand = greeter.reverse({ field1: `hold ${desk.endpoint}` });
    const held = await desk.held();

    const stopped = farm.stop();
    assert.ok(farm.closed);
    await assert.rejects(greeter.reverse({ field1: "too late" }), refusedWith("STOPPING"));
    await held.release("finished");
    assert.equal((await inHand).field1, "finished");
    await within(stopped, "the end of the workers");
    assert.deepEqual(pids.map(isAlive), [false, false]);
    assert.equal(statuses.of("stopped").length, 2);
    assert.equal(farm.readyCount, 0);
    await assert.rejects(
      farm.waitUntilReady(),
      (error) => error instanceof DividereError && error.code === "CLOSED",
    );
  });

  test("refuses a request that waits for a worker", async () => {
    await using desk = new Desk();
    await using farm = greeters({ serve, workers: 1 });
    await using greeter = new GreeterRequest(farm.endpoints);
    const inHand = greeter.reverse({ field1: `hold ${desk.endpoint}` });
    const held = await desk.held();
    const waiting = greeter.reverse({ field1: "waits" });
    const stopped = farm.stop();
    await assert.rejects(waiting, refusedWith("STOPPING"));
    await held.release();
    await inHand;
    await stopped;
  });

  test("stops while its workers are still starting", async () => {
    const farm = greeters({ serve, workers: 2 });
    await within(farm.stop(), "the end of the workers");
    assert.equal(farm.readyCount, 0);
  });

  test("kills unfinished workers when it is closed", async () => {
    await using desk = new Desk();
    const farm = greeters({ serve, workers: 1 });
    const statuses = new Statuses(farm);
    const pids = await pidsOf(farm, statuses);
    await using greeter = new GreeterRequest(farm.endpoints);
    const inHand = greeter.reverse({ field1: `hold ${desk.endpoint}` });
    inHand.catch(() => {});
    await desk.held();
    const stopped = farm.stop();
    farm.close();
    farm.close();
    await within(stopped, "the end of the workers");
    assert.deepEqual(pids.map(isAlive), [false]);
  });

  test("stops when one of its reactors stops itself", async () => {
    await using publisher = new Publisher(serve, [ShutdownEvent]);
    const farm = new Farm(fixture("shuts-down.ts"), {
      serve,
      subscribe: publisher.endpoints,
      workers: 2,
    });
    const statuses = new Statuses(farm);
    const pids = await pidsOf(farm, statuses);
    await publisher.waitForSubscribers(1);
    await publisher.send({});
    await statuses.next("stopped", 2);
    await within(farm.stop(), "the end of the workers");
    assert.deepEqual(statuses.of("crashed"), []);
    assert.deepEqual(pids.map(isAlive), [false, false]);
  });
});
