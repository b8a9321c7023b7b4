import assert from "node:assert/strict";
import { test } from "node:test";
import { Publisher, Subscriber } from "dividere/connection";
import { run } from "../support/child.js";
import { freePort } from "../support/ports.js";

test("a subscriber that found no publisher does not hold its process up", async () => {
  // It is closed after its first attempt: what it subscribes to waits unsent.
  const program = `
    import { Subscriber } from "dividere/connection";
    const subscriber = new Subscriber("tcp://127.0.0.1:${await freePort()}");
    subscriber.onStatus(({ type }) => type === "retrying" && subscriber.close());
    await subscriber.recv().catch(({ code }) => console.log(code));`;
  // zeromq.js complains on standard error about what a process waits for at its end.
  assert.deepEqual(await run("node", ["--input-type=module", "--eval", program]), {
    status: 0,
    stdout: "CLOSED\n",
    stderr: "",
  });
});

test("a subscriber subscribes to every topic, however many it is given at once", async () => {
  const topics = Array.from({ length: 5_000 }, (_, index) => `topic ${index}.`);
  await using publisher = new Publisher("tcp://127.0.0.1:*");
  await using subscriber = new Subscriber(publisher.endpoints, { topics });
  const last = topics.at(-1) ?? "";
  await publisher.waitForSubscribers(1, { topic: last, timeoutMs: 10_000 });
  await publisher.send(Buffer.from(`${last} and more`));
  const message = await subscriber.recv({ timeoutMs: 10_000 });
  assert.equal(Buffer.from(message).toString(), `${last} and more`);
});
