import assert from "node:assert/strict";
import { test } from "node:test";
import { Publisher, Subscriber } from "dividere/connection";
import fc from "fast-check";
import { until } from "../../support/until.js";

const soon = { timeoutMs: 10_000 };
// Two bytes are enough for prefixes of each other, and one of them is no text.
const text = (maxLength: number) =>
  fc.array(fc.constantFrom(0x61, 0xff), { maxLength }).map((bytes) => Uint8Array.from(bytes));
const end = Uint8Array.of(0);

const begins = (message: Uint8Array, topic: Uint8Array): boolean =>
  topic.every((byte, index) => message[index] === byte);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test("a subscriber gets what begins with one of its topics, in order and once, and the publisher counts so", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(text(3), { minLength: 1, maxLength: 4, selector: hex }),
      fc.array(text(5), { maxLength: 20 }),
      async (topics, messages) => {
        const all = [...topics, end];
        await using publisher = new Publisher("tcp://127.0.0.1:*");
        await using subscriber = new Subscriber(publisher.endpoints, { topics: all });
        await publisher.waitForSubscribers(all.length, soon);
        for (const message of messages) {
          const matching = new Set(all.filter((topic) => begins(message, topic)).map(hex));
          assert.equal(publisher.subscriptionCount(message), matching.size);
          await publisher.send(message);
        }
        await publisher.send(end);
        const got: string[] = [];
        for (let last = ""; last !== hex(end); got.push(last))
          last = hex(await subscriber.recv(soon));
        const expected = messages.filter((message) =>
          topics.some((topic) => begins(message, topic)),
        );
        assert.deepEqual(got, [...expected, end].map(hex));
        subscriber.close();
        await until(() => publisher.subscriptionCount() === 0, "the end of the subscriptions");
      },
    ),
    { numRuns: 40 },
  );
});
