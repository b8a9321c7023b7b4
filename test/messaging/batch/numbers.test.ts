import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Publisher, Subscriber } from "dividere/messaging";
import { Msg01, Msg02 } from "../../gen/plain.js";
import { anywhere, soon, take, textsOf, types } from "./frames.js";

describe("publishers with numbers and last values", () => {
  test("send them together, in order and each once", async () => {
    await using publisher = new Publisher(anywhere, types, { lastValue: [Msg01] });
    await using first = new Subscriber(publisher.endpoints, types);
    await publisher.waitForSubscribers(1, { ...soon, type: Msg01 });
    await publisher.waitForSubscribers(1, { ...soon, type: Msg02 });
    const sends: Promise<void>[] = [];
    for (let number = 1; number <= 300; number++) {
      const type = number % 7 < 4 ? Msg01 : Msg02;
      sends.push(publisher.send(type.create({ field1: String(number) })));
    }
    await Promise.all(sends);
    const texts = textsOf(await take(first, 300));
    assert.deepEqual(
      texts,
      Array.from({ length: 300 }, (_, index) => String(index + 1)),
    );
    assert.deepEqual([first.stats.lost, first.stats.repeated], [0, 0]);
    await using late = new Subscriber(publisher.endpoints, [Msg01]);
    assert.equal((await late.recv(soon)).field1, "297");
    await Promise.all(["x", "y", "z"].map((field1) => publisher.send(Msg01.create({ field1 }))));
    assert.deepEqual(textsOf(await take(late, 3)), ["x", "y", "z"]);
    assert.deepEqual([late.stats.lost, late.stats.repeated], [0, 0]);
  });

  test("repeat a last value only behind the messages that wait", async () => {
    await using publisher = new Publisher(anywhere, [Msg01], {
      lastValue: true,
      batch: { delayMs: 3_600_000 },
    });
    await using first = new Subscriber(publisher.endpoints, [Msg01]);
    await publisher.waitForSubscribers(1, { ...soon, type: Msg01 });
    const sends = ["1", "2", "3"].map((field1) => publisher.send({ field1 }));
    await using late = new Subscriber(publisher.endpoints, [Msg01]);
    // The repetition for the late one, which sends what waits before.
    assert.deepEqual(textsOf(await take(first, 3)), ["1", "2", "3"]);
    await Promise.all(sends);
    assert.equal((await late.recv(soon)).field1.length, 1);
    assert.equal(first.stats.lost, 0);
  });
});
