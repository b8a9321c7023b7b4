import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Publisher, Subscriber } from "dividere/connection";

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
