import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { run } from "../support/child.js";

/** The cost of a round trip. */
interface Cost {
  readonly promises: number;
  readonly timers: number;
}

/**
 * The most that a round trip may cost beyond its cost in two loops of `send(await receive())`: nothing in a proxy, and in a
 * broker a promise for the request and one for the answer, which note what became of them.
 */
const mostPromisesBeyondBare = { proxy: 0, bytes: 2, envelopes: 2 } as const;

/** The share of a round trip in costs that many have together, such as a receive that finds nothing. */
const shared = 0.25;

test("a proxy and a broker make no promises and timers of their own for what they forward", async (t) => {
  const script = fileURLToPath(new URL("relays-child.ts", import.meta.url));
  const { status, stdout, stderr } = await run("node", ["--import=tsx", script], {
    timeoutMs: 60_000,
  });
  assert.equal(status, 0, stderr);
  const { bare, ...ours } = JSON.parse(stdout) as Readonly<Record<string, Cost>>;
  assert.ok(bare !== undefined, stdout);
  for (const [name, most] of Object.entries(mostPromisesBeyondBare)) {
    await t.test(name, () => {
      const cost = ours[name];
      assert.ok(cost !== undefined, stdout);
      const beyond = cost.promises - bare.promises;
      assert.ok(beyond <= most + shared, `${beyond} promises more than the bare loops: ${stdout}`);
      assert.ok(cost.timers <= shared, `${cost.timers} timers: ${stdout}`);
    });
  }
});
