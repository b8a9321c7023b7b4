import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Router } from "dividere/connection";
import { Push } from "zeromq";
import { Child } from "../support/child.js";
import { Lines } from "../support/lines.js";
import { freePort } from "../support/ports.js";
import { within } from "../support/within.js";

const program = join(import.meta.dirname, "programs", "watching.ts");

test("an idle process hears of every change, and goes on while something else holds it", async () => {
  const push = new Push();
  await push.bind("tcp://127.0.0.1:*");
  const watched = `tcp://127.0.0.1:${await freePort()}`;
  const lines = new Lines();
  const seen: string[] = [];
  await using child = new Child(
    process.execPath,
    ["--import=tsx", program, watched, push.lastEndpoint ?? ""],
    {},
    (line) => {
      seen.push(line);
      lines.push(line);
    },
  );
  lines.follow(child);
  const expected: string[] = [];
  for (let round = 0; round < 12; round++) {
    const router = new Router(`@${watched}`);
    await lines.next("connected");
    // Different moments of the monitor's pauses.
    await delay(round * 11);
    router.close();
    await lines.next("disconnected");
    expected.push("connected", "disconnected");
  }
  await push.send("end");
  const { status, stderr } = await within(child.ended, () => `the end of ${child.describe()}`);
  push.close();
  assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  assert.deepEqual(seen, [...expected, "open"]);
});
