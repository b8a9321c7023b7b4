// Whatever the program's own functions and the peers do: no rejection is unhandled, no exception is uncaught, and the
// process ends by itself.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { disposableClasses } from "../../leaks/disposable.js";
import { run } from "../../support/child.js";
import { groups } from "./cases/all.js";

const program = join(import.meta.dirname, "program.ts");
const args = ["--unhandled-rejections=strict", "--import=tsx", program];

describe("nothing is unhandled", { concurrency: 2 }, () => {
  for (const [group, cases] of Object.entries(groups)) {
    test(`in the ${Object.keys(cases).length} cases of ${group}`, async () => {
      const { status, stdout, stderr } = await run("node", [...args, group], {
        timeoutMs: 120_000,
      });
      assert.equal(status, 0, stdout + stderr);
      const ended = stdout.split("\n").filter((line) => line.startsWith("ends "));
      assert.deepEqual(
        ended,
        Object.keys(cases).map((name) => `ends ${name}`),
        stdout + stderr,
      );
      // A warning of Node.js, such as MaxListenersExceededWarning; zeromq.js too warns, of messages that linger.
      assert.doesNotMatch(stderr, /unhandled|uncaught|[a-z]warning/i);
    });
  }

  test("which a process with such a rejection would show", async () => {
    const source = "Promise.reject(new Error('unhandled here'))";
    const { status, stderr } = await run("node", ["--unhandled-rejections=strict", "-e", source]);
    assert.equal(status, 1);
    assert.match(stderr, /unhandled here/);
  });

  test("by any public class that has to be closed", () => {
    const folder = join(import.meta.dirname, "cases");
    const source = readdirSync(folder)
      .map((file) => readFileSync(join(folder, file), "utf8"))
      .join("\n");
    assert.deepEqual(
      disposableClasses().filter((name) => !source.includes(name)),
      [],
    );
  });
});
