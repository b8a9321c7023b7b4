import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root, run } from "../../support/child.js";
import { TemporaryFolder } from "../../support/temporary-folder.js";
import { programsOnPage } from "./code-blocks.js";

const RUNNER = `
import { spawnSync } from "node:child_process";
const { NODE_TEST_CONTEXT, ...env } = process.env;
const args = ["--import=tsx", "--test", "--test-reporter=tap", ...process.argv.slice(2)];
process.exitCode = spawnSync(process.execPath, args, { env, stdio: "inherit" }).status ?? 1;
`;

test("the tests in docs/testing.md pass", async () => {
  using folder = new TemporaryFolder();
  symlinkSync(join(root, "node_modules"), folder.file("node_modules"), "junction");
  symlinkSync(join(root, "examples", "quick-start", "gen"), folder.file("gen"), "junction");
  folder.write("package.json", '{ "type": "module" }');
  const programs = programsOnPage("docs/testing.md");
  const files = programs.map((_, index) => `program-${index}.test.ts`);
  for (const [index, { text }] of programs.entries()) folder.write(files[index] ?? "", text);
  // A test runner inside a test takes itself for a part of that, unless the variable is gone.
  folder.write("run.mjs", RUNNER);
  const { status, stdout } = await run("node", ["run.mjs", ...files], { cwd: folder.path });
  assert.equal(status, 0, stdout);
  const shown = programs.flatMap(({ text }) => text.match(/^test\(/gm) ?? []).length;
  assert.ok(shown > 2);
  assert.match(stdout, new RegExp(`^# pass ${shown}$`, "m"));
});
