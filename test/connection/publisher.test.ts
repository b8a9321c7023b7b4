import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type DividereError,
  Publisher,
  type PublisherOptions,
  Subscriber,
} from "dividere/connection";
import { until } from "../support/until.js";

const soon = { timeoutMs: 10_000 };

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe("publisher", () => {
  test("counts the subscriptions that match a topic, until they end", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*");
    await using all = new Subscriber(publisher.endpoints);
    const some = new Subscriber(publisher.endpoints, { topics: ["news.", "weather."] });
    await publisher.waitForSubscribers(3, soon);
    assert.equal(publisher.subscriptionCount(), 3);
    assert.equal(publisher.subscriptionCount("news.today"), 2);
    assert.equal(publisher.subscriptionCount("sport."), 1);
    await publisher.send(bytes("news.today"));
    assert.equal(String(await some.recv(soon)), "news.today");
    all.unsubscribe("");
    all.subscribe("sport.");
    all.subscribe("sport.tennis");
    await publisher.waitForSubscribers(2, { ...soon, topic: "sport.tennis" });
    assert.equal(publisher.subscriptionCount("news."), 1);
  });

  test("counts a topic that a subscriber names twice once, until its last subscription ends", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*");
    await using subscriber = new Subscriber(publisher.endpoints, { topics: ["news.", "news."] });
    subscriber.subscribe(Buffer.from("news."));
    subscriber.subscribe("end");
    await publisher.waitForSubscribers(1, { ...soon, topic: "end" });
    assert.equal(publisher.subscriptionCount("news."), 1);
    subscriber.unsubscribe("news.");
    subscriber.unsubscribe("news.");
    subscriber.unsubscribe("never");
    await publisher.send(bytes("news.still"));
    assert.equal(String(await subscriber.recv(soon)), "news.still");
    subscriber.unsubscribe("news.");
    subscriber.subscribe("end of it");
    await publisher.waitForSubscribers(2, { ...soon, topic: "end of it" });
    assert.equal(publisher.subscriptionCount("news."), 0);
  });

  test("reports the number of subscriptions when a wait for more times out", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*");
    await assert.rejects(publisher.waitForSubscribers(2, { timeoutMs: 1 }), {
      code: "TIMEOUT",
      message: /waited for 2 subscriptions; it has 0/,
    });
    const waiting = publisher.waitForSubscribers(1);
    publisher.close();
    await assert.rejects(waiting, { code: "CLOSED" });
  });
});

/** A publisher and a subscriber between which few messages have room. */
async function narrow(options: PublisherOptions) {
  const publisher = new Publisher("tcp://127.0.0.1:*", {
    sendHighWaterMark: 5,
    sendQueueLimit: 5,
    ...options,
  });
  const subscriber = new Subscriber(publisher.endpoints, { receiveHighWaterMark: 5 });
  await publisher.waitForSubscribers(1, soon);
  return { publisher, subscriber };
}

/** More than the system holds between two sockets. */
const many = 2_000;
const large = new Uint8Array(16_384);

describe("a publisher with a slow subscriber that is to wait", () => {
  test("makes a send wait until the subscriber has read, and loses nothing", async () => {
    const { publisher, subscriber } = await narrow({ slowSubscribers: "wait" });
    await using _publisher = publisher;
    await using _subscriber = subscriber;
    let sent = 0;
    let waits = 0;
    const sending = (async () => {
      for (; sent < many; sent++) {
        while (!(await publisher.send(large, { timeoutMs: 200 }).then(() => true, isTimeout)))
          waits++;
      }
    })();
    // The subscriber begins to read when the publisher has found no room.
    await until(() => waits > 0, "a send that waits");
    for (let received = 0; received < many; received++) await subscriber.recv(soon);
    await sending;
    const { dropped } = publisher.stats;
    assert.deepEqual({ ...dropped, givenUp: 0 }, noneDropped);
    assert.equal(dropped.givenUp, waits);
    assert.equal(publisher.stats.sent, many);
  });

  for (const whenFull of ["drop-oldest", "drop-newest"] as const) {
    test(`counts every message that ${whenFull} drops`, async () => {
      const { publisher, subscriber } = await narrow({ slowSubscribers: "wait", whenFull });
      await using _publisher = publisher;
      await using _subscriber = subscriber;
      const sends = Array.from({ length: many }, () => publisher.send(large));
      // A message that zeromq.js has just taken is counted a moment later.
      await until(() => total(publisher) === many, "an end or a place of every message");
      assert.ok(publisher.dropped > 0);
      const kept = many - publisher.dropped;
      for (let received = 0; received < kept; received++) await subscriber.recv(soon);
      await Promise.all(sends);
      assert.equal(publisher.stats.sent, kept);
    });
  }

  test("goes on when the subscriber leaves", async () => {
    const { publisher, subscriber } = await narrow({ slowSubscribers: "wait" });
    await using _publisher = publisher;
    let sent = 0;
    const sending = (async () => {
      for (; sent < many; sent++) await publisher.send(large);
    })();
    await until(() => publisher.stats.queued > 0, "a message that waits");
    subscriber.close();
    await sending;
    assert.equal(publisher.stats.sent, many);
  });
});

/** The messages that were sent, that wait and that `whenFull` has dropped. */
function total(publisher: Publisher): number {
  const { sent, queued } = publisher.stats;
  return sent + queued + publisher.dropped;
}

const noneDropped = {
  oldest: 0,
  newest: 0,
  rejected: 0,
  givenUp: 0,
  unreachable: 0,
  busy: 0,
  closed: 0,
  failed: 0,
};

function isTimeout(error: unknown): boolean {
  assert.equal((error as DividereError).code, "TIMEOUT");
  return false;
}
