import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Child } from "../support/child.js";
import { TemporaryFolder } from "../support/temporary-folder.js";
import { within } from "../support/within.js";

const program = join(import.meta.dirname, "ending-child.ts");

describe("a process that has served over CURVE", () => {
  for (const [mode, what, printed] of [
    ["close", "ends by itself once all is closed", ["main served"]],
    ["idle", "ends by itself though a link is open that nobody waits for", ["open", "main served"]],
    ["exit", "ends at once by process.exit", ["main served"]],
    [
      "thread",
      "goes on when a thread of it has done the same and has ended",
      ["main served", "thread served", "main still"],
    ],
  ] as const) {
    test(what, async () => {
      using folder = new TemporaryFolder();
      const env = { TMPDIR: folder.path };
      await using child = new Child(process.execPath, ["--import=tsx", program, mode], { env });
      const { status, stdout, stderr } = await within(child.ended, () => child.describe());
      assert.deepEqual(
        { status, stderr, lines: stdout.trim().split("\n") },
        { status: 0, stderr: "", lines: printed },
      );
    });
  }
});
