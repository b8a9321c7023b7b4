import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import * as connection from "dividere/connection";
import { LoadBalancing, MtMsgReactor, Router, stopOnSignals } from "dividere/messaging";
import { RegistryServer } from "dividere/registry";
import { Msg01 } from "../../gen/plain.js";
import { run } from "../../support/child.js";
import { within } from "../../support/within.js";

const local = "tcp://127.0.0.1:*";

class Nothing extends MtMsgReactor {
  handleMsg01(): void {}
}

const makes = {
  "a reactor": () => new Nothing(new Router(local, [Msg01])),
  "a proxy": () => new connection.Proxy(local, local),
  "a broker of bytes": () => new connection.LoadBalancing.Broker(local, local),
  "a broker of messages": () => new LoadBalancing.Broker(local, local),
  "a registry": () => new RegistryServer({ endpoint: local, eventsEndpoint: local }),
};

/** Whether a promise is still pending after the promises that are ready have been settled. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol("pending");
  const next = new Promise((resolve) => setImmediate(resolve, pending));
  return (await Promise.race([promise, next])) === pending;
}

describe("stopped", () => {
  for (const [name, make] of Object.entries(makes)) {
    test(`of ${name} is fulfilled by stop(), and not earlier`, async () => {
      await using running = make();
      assert.ok(await isPending(running.stopped));
      await running.stop();
      await within(running.stopped, () => `the end of ${name}`);
    });
  }

  test("of a reactor is fulfilled by close(), and when its links are closed from outside", async () => {
    await using closed = makes["a reactor"]();
    closed.close();
    await within(closed.stopped, () => "the end of a closed reactor");
    await using bereft = makes["a reactor"]();
    for (const link of bereft.links) link.close();
    await within(bereft.stopped, () => "the end of a reactor without links");
  });
});

describe("stopOnSignals", () => {
  test("removes its listeners when all have stopped, and when its result is called", async () => {
    const before = process.listenerCount("SIGTERM");
    await using first = makes["a reactor"]();
    await using second = makes["a registry"]();
    stopOnSignals(first, second);
    assert.equal(process.listenerCount("SIGTERM"), before + 1);
    await first.stop();
    assert.equal(process.listenerCount("SIGTERM"), before + 1);
    const removed = once(process, "removeListener");
    await second.stop();
    await within(removed, () => "the removal of the listeners");
    await using proxy = makes["a proxy"]();
    stopOnSignals(proxy)();
    assert.equal(process.listenerCount("SIGINT"), before);
  });

  test("answers the request in hand, and a second signal ends at once", async () => {
    const ended = await run("node", [
      "--import=tsx",
      "test/messaging/reactor/stop-child.ts",
      "once",
    ]);
    assert.deepEqual(ended, { status: 0, stdout: "answer late\nstopped\n", stderr: "" });
    const killed = await run("node", [
      "--import=tsx",
      "test/messaging/reactor/stop-child.ts",
      "twice",
    ]);
    assert.equal(killed.status, 130, killed.stderr);
    assert.equal(killed.stdout, "");
  });
});
