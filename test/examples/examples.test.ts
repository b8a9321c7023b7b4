import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { root, run } from "../support/child.js";

/** Runs an example as its reader would, and gives what it printed; it has to end by itself, and well. */
async function output(example: string): Promise<string> {
  const ended = await run("node", ["--import=tsx", "main.ts"], {
    cwd: join(root, "examples", example),
    env: { NO_COLOR: "1" },
    timeoutMs: 60_000,
  });
  assert.equal(ended.stderr, "");
  assert.equal(ended.status, 0);
  return ended.stdout;
}

describe("the example", () => {
  test("quick-start requests, answers and publishes", async () => {
    assert.equal(
      await output("quick-start"),
      `  asked { field1: 'hello' } answered { '$type': 'Msg01', field1: 'olleh' }
  asked { field1: 'dīvidere' } answered { '$type': 'Msg01', field1: 'eredivīd' }
  heard { '$type': 'Msg02', field1: 'some published event' }
`,
    );
  });

  test("simple-pub-sub receives its own message", async () => {
    assert.equal(await output("simple-pub-sub"), "reply: { '$type': 'Msg01', field1: 'abcd' }\n");
  });

  test("msg-reactor answers a request and receives an event", async () => {
    const lines = (await output("msg-reactor")).trimEnd().split("\n");
    // The request and the event come over sockets of their own, in either order.
    assert.deepEqual(lines.sort(), [
      "got msg01: hello",
      "got msg02: some published event",
      "reply: olleh",
    ]);
  });
});
