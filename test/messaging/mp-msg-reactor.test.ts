import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { after, describe, test } from "node:test";
import { setLogLevel } from "dividere/connection";
import {
  DividereError,
  type MpMsgReactor,
  type MpMsgReactorOptions,
  Publisher,
  RequestError,
  ShutdownEvent,
  WorkerError,
} from "dividere/messaging";
import type { GreeterData } from "../fixtures/farm/greeter.js";
import { GreeterPublisher, GreeterRequest } from "../gen/plain_dividere.js";
import { TemporaryFolder } from "../support/temporary-folder.js";
import { within } from "../support/within.js";
import { Desk, Farm, fixture, isAlive, Statuses } from "./mp-farm.js";

const serve = "tcp://127.0.0.1:*";

// The farms' socket files go here, and nothing else does.
const temporary = new TemporaryFolder();
process.env["TMPDIR"] = temporary.path;
// Crashes are what these tests are about.
setLogLevel("silent");

after(() => {
  // tsx keeps a cache there.
  const left = readdirSync(temporary.path).filter((name) => name.startsWith("dividere-"));
  assert.deepEqual(left, [], "no socket file is left behind");
  temporary[Symbol.dispose]();
});

/** A farm of the fixture's greeters. */
function greeters(options: MpMsgReactorOptions & { data?: GreeterData }): MpMsgReactor {
  return new Farm(fixture("greeter.js"), options);
}

function refusedWith(status: string): (error: unknown) => boolean {
  return (error) => error instanceof RequestError && error.status === status;
}

async function pidsOf(farm: MpMsgReactor, statuses: Statuses): Promise<number[]> {
  await within(farm.waitUntilReady(), "the workers");
  return statuses.of("ready").map(({ pid }) => pid ?? 0);
}

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

  test("gives nothing to a worker that has its hands full while another is free", async () => {
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
});

describe("MpMsgReactor whose worker crashes", () => {
  test("refuses what that one had in hand, and replaces it", async () => {
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

  test("notices one that is killed from outside, and counts all that it had in hand", async () => {
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

  test("gives up after five starts in a row that failed, and tells", async () => {
    using folder = new TemporaryFolder();
    // The first start makes the file, and each later one fails at it.
    await using farm = greeters({ serve, workers: 1, data: { tally: folder.file("tally") } });
    const statuses = new Statuses(farm);
    await farm.waitUntilReady();
    await using greeter = new GreeterRequest(farm.endpoints);
    await assert.rejects(greeter.reverse({ field1: "exit 1" }), refusedWith("WORKER_LOST"));
    const { error } = await statuses.next("failed");
    assert.match(error.message, /greeter\.ts: EEXIST/);
    assert.deepEqual(
      statuses.of("crashed").map(({ restartInMs }) => restartInMs),
      [100, 200, 400, 800, 1600, undefined],
    );
    assert.ok(farm.closed);
    await assert.rejects(farm.waitUntilReady(), error);
  });
});

describe("MpMsgReactor whose module is no good", () => {
  const cases: readonly {
    name: string;
    module: string;
    export?: string;
    message: RegExp;
  }[] = [
    { name: "throws while it loads", module: "throws.ts", message: /: spoilt while loading$/ },
    { name: "exits while it loads", module: "exits.ts", message: /exit code 7/ },
    { name: "is not there", module: "nowhere.js", message: /Cannot find module/ },
    { name: "exports nothing by default", module: "by-hand.ts", message: /no export "default"/ },
    { name: "exports no class", module: "by-hand.ts", export: "notClass", message: /"notClass"/ },
    {
      name: "exports some other class",
      module: "by-hand.ts",
      export: "Stranger",
      message: /"Stranger" is no reactor/,
    },
    {
      name: "reads from elsewhere",
      module: "by-hand.ts",
      export: "Elsewhere",
      message: /no Router or Response at the "serve" endpoint/,
    },
    {
      name: "fails to initialise",
      module: "by-hand.ts",
      export: "NeverReady",
      message: /: no model here$/,
    },
  ];
  for (const { name, module, message, ...options } of cases) {
    test(`fails as a whole when it ${name}`, async () => {
      const farm = new Farm(fixture(module), { serve, workers: 2, ...options });
      const statuses = new Statuses(farm);
      const error = await within(
        farm.waitUntilReady().then(
          () => assert.fail("it got ready"),
          (reason: unknown) => reason,
        ),
        "the failure",
      );
      assert.ok(error instanceof WorkerError, String(error));
      assert.equal(error.code, "WORKER_FAILED");
      assert.equal(error.module, fixture(module).href);
      assert.ok(error.message.includes(module), error.message);
      assert.match(error.message, message);
      assert.ok(farm.closed);
      await farm.stop();
      assert.equal(statuses.of("failed").length, 1);
      assert.deepEqual(statuses.of("crashed"), [], "it is not started again");
    });
  }

  test("is refused at once when it is no file, or has nothing to read from", () => {
    assert.throws(
      () => new Farm("dividere/messaging", { serve }),
      (error) => error instanceof WorkerError && /names no module/.test(error.message),
    );
    assert.throws(
      () => greeters({}),
      (error) => error instanceof DividereError && error.code === "ENDPOINT_INVALID",
    );
    assert.throws(
      () => new Farm(fixture("greeter.ts"), { serve, data: () => {} }),
      (error) => error instanceof WorkerError && /cannot be copied/.test(error.message),
    );
  });

  test("leaves nothing running when the address is taken", async () => {
    await using farm = greeters({ serve, workers: 1 });
    const [taken = ""] = farm.endpoints;
    assert.throws(
      () => greeters({ serve: `@${taken}` }),
      (error) => error instanceof DividereError && error.code === "ADDRESS_IN_USE",
    );
  });
});

describe("MpMsgReactor that stops", () => {
  test("lets work in hand finish, refuses what still comes, and awaits all exits", async () => {
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

  test("does so while its workers are still starting", async () => {
    const farm = greeters({ serve, workers: 2 });
    await within(farm.stop(), "the end of the workers");
    assert.equal(farm.readyCount, 0);
  });

  test("kills what does not finish when it is closed", async () => {
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

  test("does so when one of its reactors stops by itself", async () => {
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
