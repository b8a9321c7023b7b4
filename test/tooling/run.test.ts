import assert from "node:assert/strict";
import { test } from "node:test";
import { paint } from "../../scripts/run.mjs";
import { type Ended, run } from "../support/child.js";

/** Runs the body of a script that has what scripts/run.mjs gives. */
async function script(body: string): Promise<Ended> {
  const url = new URL("../../scripts/run.mjs", import.meta.url);
  const source = `import { main, step } from ${JSON.stringify(url)};\nawait main(async () => {${body}});`;
  return await run("node", ["--input-type=module", "--eval", source], {
    env: { FORCE_COLOR: "0" },
  });
}

test("a successful step returns its output, and prints at most its label and duration", async () => {
  const ended = await script('console.log(await step("Asking", "node", ["-p", "6 * 7"]));');
  assert.equal(ended.status, 0);
  assert.equal(ended.stdout, "42\n\n");
  assert.match(ended.stderr, /^(Asking …\nAsking took \d+\.\d s\n)?$/);
});

test("a step that takes more than a second prints its label", async () => {
  const ended = await script(
    'await step("Waiting", "node", ["-e", "setTimeout(() => {}, 1200)"]);',
  );
  assert.match(ended.stderr, /^Waiting …\nWaiting took \d\.\d s\n$/);
});

test("a step that fails shows its output and ends the script with a message", async () => {
  const failing = "console.log('out'); console.error('err'); process.exit(3)";
  const ended = await script(
    `await step("Breaking", "node", ["-e", ${JSON.stringify(failing)}]); console.log("went on");`,
  );
  assert.equal(ended.status, 1);
  assert.equal(ended.stdout, "");
  assert.match(
    ended.stderr,
    /^(Breaking …\n)?out\nerr\n\nBreaking failed: `node -e .*` ended with 3; .*\n$/,
  );
});

test("a missing command is named", async () => {
  const ended = await script('await step("Looking", "no-such-command", []);');
  assert.equal(ended.status, 1);
  assert.match(ended.stderr, /Cannot start `no-such-command`/);
});

test("only a terminal gets colour, unless colour is forced", (t) => {
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
  });
  const red = (isTTY: boolean): string => paint({ isTTY }).red("x");
  delete process.env["NO_COLOR"];
  delete process.env["FORCE_COLOR"];
  assert.equal(red(true), "\u001b[31mx\u001b[39m");
  assert.equal(red(false), "x");
  process.env["FORCE_COLOR"] = "1";
  assert.equal(red(false), "\u001b[31mx\u001b[39m");
  process.env["NO_COLOR"] = "1";
  assert.equal(red(true), "x");
});
