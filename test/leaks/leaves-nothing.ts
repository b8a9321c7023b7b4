import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Child } from "../support/child.js";
import { Lines } from "../support/lines.js";
import { TemporaryFolder } from "../support/temporary-folder.js";
import { within } from "../support/within.js";
import { over, type Scenarios } from "./scenarios/scenario.js";

const program = join(import.meta.dirname, "child.ts");

/** What libzmq may take after the last close for messages that nobody fetches: `lingerMs`, and some room. */
const ENDING_MS = 10_000;

/**
 * Declares a test for each scenario: done `count` times, it leaves nothing behind – no handle or timer, open file, child process, file in the temporary folder,
 * listener on a signal or on the process, and no object that is not collected – and its process ends by itself.
 */
export function leavesNothing(scenarios: Scenarios, count: number): void {
  describe(`started, used and stopped ${count} times, nothing is left of`, () => {
    for (const name of Object.keys(scenarios)) {
      test(name, async () => {
        using temporary = new TemporaryFolder();
        const lines = new Lines();
        const printed: string[] = [];
        await using child = new Child(
          process.execPath,
          ["--expose-gc", "--import=tsx", program, name, String(count)],
          { env: { TMPDIR: temporary.path } },
          (line) => {
            printed.push(line);
            lines.push(line);
          },
        );
        lines.follow(child);
        await lines.next(over, 110_000);
        assert.deepEqual(printed, [over]);
        const { status, stderr } = await within(
          child.ended,
          () => `the end of a process that has closed everything: ${child.describe()}`,
          ENDING_MS,
        );
        assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
      });
    }
  });
}
