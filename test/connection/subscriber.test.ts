import assert from "node:assert/strict";
import { test } from "node:test";
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
