// A publisher sends one message to a subscriber, as in simplePubSub.py of Python's user guide.
import assert from "node:assert/strict";
import { Publisher, Subscriber } from "dividere/messaging";
import { Msg01 } from "./gen/messages.js";

await using pub = new Publisher("tcp://127.0.0.1:*", [Msg01]);
await using sub = new Subscriber(pub.endpoints, [Msg01]);
// A late subscriber misses earlier messages, so wait for the subscription instead of sleeping.
await pub.waitForSubscribers(1, { timeoutMs: 5_000 });

const msg = Msg01.create({ field1: "abcd" });
await pub.send(msg);
const reply = await sub.recv({ timeoutMs: 5_000 });
console.log("reply:", reply);
assert.deepEqual(reply, msg);
