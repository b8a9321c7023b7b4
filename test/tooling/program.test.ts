import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { findFiles } from "../../scripts/files.mjs";
import { environment, executable, program, script } from "../../scripts/program.mjs";
import { root } from "../support/child.js";

test("node, npm and the commands of packages start as JavaScript, and others by their name", () => {
  assert.deepEqual(program("node"), [process.execPath, []]);
  for (const command of ["npm", "buf", "tsc", "tsx", "protoc-gen-dividere"]) {
    const [file, [path = "", ...more]] = program(command);
    assert.deepEqual([file, more], [process.execPath, []], command);
    assert.match(readFileSync(path, "utf8"), /^#!.*\bnode\b/, command);
  }
  assert.deepEqual(program("git"), ["git", []]);
});

test("a command that no package has is named", () => {
  assert.throws(() => script("no-such-command"), {
    message: "No installed package has a command no-such-command.",
  });
});

test("npm has made a file for a command that another program starts", () => {
  assert.ok(existsSync(executable("protoc-gen-dividere")));
});

test("the installed commands come first on the path, whatever its variable is called", (t) => {
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
  });
  process.env = { Path: "elsewhere" };
  const path = [join(root, "node_modules", ".bin"), "elsewhere"].join(delimiter);
  assert.deepEqual(environment({ MORE: "1" }), { Path: path, MORE: "1" });
});

test("no script and no test starts npm or a package's command by its bare name", () => {
  const bare = /\b(?:spawn|exec\w*|fork)(?:Sync)?\(\s*"(?:npm|npx|buf|tsc|tsx|biome|knip)"/;
  const inBin = /"node_modules", "\.bin"/;
  const isCode = (path: string) => /\.(ts|mjs)$/.test(path);
  const allowed = ["scripts/program.mjs", "test/tooling/program.test.ts"];
  const found = ["bench", "scripts", "test"]
    .flatMap((folder) => findFiles(folder, isCode))
    .filter((path) => !allowed.includes(path))
    .filter((path) => {
      const text = readFileSync(join(root, path), "utf8");
      return bare.test(text) || inBin.test(text);
    });
  assert.deepEqual(found, []);
});
