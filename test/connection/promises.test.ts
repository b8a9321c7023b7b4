// What a message costs in promises: a guard for the short way through the queues that reads no clock.
import assert from "node:assert/strict";
import { createHook } from "node:async_hooks";
import { describe, test } from "node:test";
import { Dealer, Publisher, Router, Subscriber } from "dividere/connection";

const soon = { timeoutMs: 10_000 };
const message = Buffer.from("a message");
const count = 400;

/**
 * The lowest of a few rounds: in one of them a message may still be on its way when it is received, and is then waited
 * for.
 */
async function leastOf(round: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let rounds = 0; rounds < 5; rounds++) least = Math.min(least, await round());
  return least;
}

/** How many promises are made for each of the messages, on average. */
async function promisesFor(work: () => Promise<void>): Promise<number> {
  let made = 0;
  const hook = createHook({
    init(_id, type) {
      if (type === "PROMISE") made++;
    },
  });
  hook.enable();
  try {
    await work();
  } finally {
    hook.disable();
  }
  return made / count;
}

describe("a message that need not wait", () => {
  test("costs a send the promise of zeromq.js and the one that it returns", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*", { sendHighWaterMark: 0 });
    await using subscriber = new Subscriber(publisher.endpoints, { receiveHighWaterMark: 0 });
    await publisher.waitForSubscribers(1, soon);
    const sends: Promise<void>[] = [];
    const each = await promisesFor(async () => {
      for (let sent = 0; sent < count; sent++) sends.push(publisher.send(message));
    });
    assert.ok(each < 2.1, `${each} promises`);
    await Promise.all(sends);
    await subscriber.recv(soon);
  });

  test("costs a loop the promise of zeromq.js, the one of next() and the await", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*", { sendHighWaterMark: 0 });
    await using subscriber = new Subscriber(publisher.endpoints, { receiveHighWaterMark: 0 });
    await publisher.waitForSubscribers(1, soon);
    const each = await leastOf(async () => {
      for (let sent = 0; sent <= count; sent++) await publisher.send(message);
      await subscriber.recv(soon);
      return await promisesFor(async () => {
        let received = 0;
        for await (const _ of subscriber) if (++received === count) break;
      });
    });
    assert.ok(each < 3.1, `${each} promises`);
  });

  test("costs a receive with a time-out no more, and no timer", async () => {
    await using router = new Router("tcp://127.0.0.1:*", { receiveHighWaterMark: 0 });
    await using dealer = new Dealer(router.endpoints, { sendHighWaterMark: 0 });
    let fewestTimers = count;
    const each = await leastOf(async () => {
      for (let sent = 0; sent <= count; sent++) await dealer.send(message);
      await router.recv(soon);
      let timers = 0;
      const hook = createHook({
        init(_id, type) {
          if (type === "Timeout") timers++;
        },
      });
      hook.enable();
      const promises = await promisesFor(async () => {
        for (let received = 0; received < count; received++) await router.recv(soon);
      });
      hook.disable();
      fewestTimers = Math.min(fewestTimers, timers);
      return promises;
    });
    assert.ok(each < 3.1, `${each} promises`);
    assert.ok(fewestTimers < count / 10, `${fewestTimers} timers`);
  });
});
