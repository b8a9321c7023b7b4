import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { findLeftovers, inTemporaryFolder, temporaryIn } from "../../scripts/test/leftovers.mjs";
import { run } from "../support/child.js";

test("leftovers of a test run are found by name, in a folder that is removed afterwards", async () => {
  let used = "";
  const left = await inTemporaryFolder(async (folder) => {
    used = folder;
    mkdirSync(join(folder, "dividere-test-1", "deep"), { recursive: true });
    writeFileSync(join(folder, "dividere.sock"), "");
    mkdirSync(join(folder, "tsx-0"));
    return findLeftovers(folder);
  });
  assert.deepEqual(left, ["dividere-test-1", "dividere.sock"]);
  assert.equal(dirname(used), tmpdir());
  assert.ok(!existsSync(used));
});

test("programs that a test run starts take its folder for the system's", async () => {
  await inTemporaryFolder(async (folder) => {
    const source = "process.stdout.write(require('node:os').tmpdir())";
    const { stdout } = await run("node", ["-e", source], { env: temporaryIn(folder) });
    assert.equal(stdout, folder);
  });
});
