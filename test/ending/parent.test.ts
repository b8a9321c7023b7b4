import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Child } from "../support/child.js";
import { TemporaryFolder } from "../support/temporary-folder.js";
import { within } from "../support/within.js";

const program = join(import.meta.dirname, "blocked.ts");

test("a worker process that is blocked ends when its parent is killed with SIGKILL", async () => {
  using folder = new TemporaryFolder();
  const temporary = folder.file("tmp");
  mkdirSync(temporary);
  let blocked = (_pid: number): void => {};
  const pid = new Promise<number>((resolve) => {
    blocked = resolve;
  });
  const options = { env: { TMPDIR: temporary } };
  await using child = new Child("node", ["--import=tsx", program], options, (line) => {
    if (line.startsWith("blocked ")) blocked(Number(line.slice("blocked ".length)));
  });
  const worker = await within(pid, () => `a blocked worker of ${child.describe()}`);
  process.kill(worker, 0);
  child.kill("SIGKILL");
  using _worker = endAnyway(worker);
  // The worker has the program's standard output, so it closes when the worker ends.
  const { status } = await within(child.ended, () => `the end of the worker ${worker}`);
  assert.equal(status, "SIGKILL");
  const left = readdirSync(temporary).filter((name) => name.startsWith("dividere"));
  assert.deepEqual(left, []);
});

/** A worker that a failed test has left behind ends with it. */
function endAnyway(pid: number): Disposable {
  return {
    [Symbol.dispose]() {
      try {
        process.kill(pid, "SIGKILL");
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, "ESRCH");
      }
    },
  };
}
