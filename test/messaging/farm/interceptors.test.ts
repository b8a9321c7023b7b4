import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { type CallHeaders, Publisher, ShutdownEvent, WorkerError } from "dividere/messaging";
import { GreeterRequest } from "../../gen/plain_dividere.js";
import { within } from "../../support/within.js";
import { greeters, pidsOf, serve } from "./greeters.js";
import { Farm, fixture, Statuses } from "./mp-farm.js";
import { ownTemporaryFolder } from "./own-folder.js";

const temporary = ownTemporaryFolder();
const shutDown = temporary.file("shut-down");
// The workers inherit the environment.
process.env["INTERCEPTORS_SHUT_DOWN"] = shutDown;

/** The pids of the processes whose module was shut down. */
function shutDownPids(): number[] {
  return readFileSync(shutDown, "utf8").trim().split("\n").map(Number);
}

describe("the interceptors of a farm", () => {
  test("stand around the handlers in the processes, and are shut down before these end", async () => {
    const interceptors = fixture("interceptors.js");
    await using farm = greeters({ serve, workers: 2, interceptors });
    const statuses = new Statuses(farm);
    const pids = await pidsOf(farm, statuses);
    await using greeter = new GreeterRequest(farm.endpoints);
    let headers: CallHeaders | undefined;
    const onHeaders = (got: CallHeaders): void => {
      headers = got;
    };
    const { field1 } = await greeter.reverse({ field1: "pid" }, { onHeaders });
    assert.equal(headers?.get("intercepted"), `server ${field1}`);
    await within(farm.stop(), "the end of the farm");
    assert.deepEqual(shutDownPids().sort(), pids.sort());
  });

  test("whose shutdown fails end the process in order all the same", async () => {
    process.env["INTERCEPTORS_FAIL"] = "yes";
    try {
      await using farm = greeters({ serve, workers: 1, interceptors: fixture("interceptors.js") });
      const statuses = new Statuses(farm);
      await pidsOf(farm, statuses);
      await within(farm.stop(), "the end of the farm");
      assert.deepEqual([statuses.of("stopped").length, statuses.of("crashed").length], [1, 0]);
    } finally {
      delete process.env["INTERCEPTORS_FAIL"];
    }
  });

  test("are shut down too when the reactor stops by itself", async () => {
    const interceptors = fixture("interceptors.js");
    await using control = new Publisher("tcp://127.0.0.1:*", [ShutdownEvent]);
    await using farm = new Farm(fixture("shuts-down.ts"), {
      serve,
      subscribe: control.endpoints,
      workers: 1,
      interceptors,
    });
    const statuses = new Statuses(farm);
    const [pid] = await pidsOf(farm, statuses);
    await control.waitForSubscribers(1, { timeoutMs: 10_000 });
    await control.send({});
    await within(farm.stopped, "the end of the farm");
    assert.ok(shutDownPids().includes(pid ?? 0));
  });

  test("come from a module with a list of them", async () => {
    const interceptors = fixture("greeter.js");
    await using farm = greeters({ serve, workers: 1, interceptors });
    await assert.rejects(
      within(farm.waitUntilReady(), "the failure"),
      (error) =>
        error instanceof WorkerError && /exports no list of interceptors/.test(error.message),
    );
    assert.throws(
      () => greeters({ serve, interceptors: "dividere/messaging" }),
      (error) =>
        error instanceof WorkerError && /names no module with interceptors/.test(error.message),
    );
  });
});
