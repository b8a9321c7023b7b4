import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { BatchReaders } from "../../../runtime/src/messaging/batch/readers.js";
import { plainTopic, readerTopic } from "./topics.js";

const names = ["A", "AB", "B", "pkg.A", "a".repeat(127), "a".repeat(128), "a".repeat(300)];
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

const topic = fc.oneof(
  fc.constantFrom(...names).map(readerTopic),
  fc.constantFrom(...names).map(plainTopic),
  // Prefixes, and filters that look into the message.
  fc
    .tuple(fc.constantFrom(...names), fc.nat({ max: 320 }))
    .map(([name, length]) => readerTopic(name).subarray(0, length)),
  fc
    .tuple(fc.constantFrom(...names), fc.uint8Array({ minLength: 1, maxLength: 3 }))
    .map(([name, more]) => Buffer.concat([readerTopic(name), more])),
  fc.uint8Array({ maxLength: 4 }),
);

describe("what a publisher knows of its subscribers", () => {
  test("is that all read batches only when no other subscription matches the type", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(topic, fc.boolean()), { maxLength: 30 }),
        fc.constantFrom(...names),
        (changes, name) => {
          const readers = new BatchReaders();
          const current: string[] = [];
          for (const [each, ends] of changes) {
            const key = latin1(each);
            if (ends && !current.includes(key)) continue;
            readers.note(each, ends ? -1 : 1);
            if (ends) current.splice(current.indexOf(key), 1);
            else current.push(key);
          }
          const reader = latin1(readerTopic(name));
          const concerned = current.filter(
            (key) => reader.startsWith(key) || key.startsWith(latin1(plainTopic(name))),
          );
          const expected = concerned.length > 0 && concerned.every((key) => key === reader);
          assert.equal(readers.allRead(name), expected);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
