import assert from "node:assert/strict";
import { test } from "node:test";
import { findBreaks } from "../../scripts/checks/breaking.mjs";
import { run } from "../support/child.js";
import { TemporaryFolder } from "../support/temporary-folder.js";

const author = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];

async function git(cwd: string, ...args: readonly string[]): Promise<void> {
  const { status, stderr } = await run("git", [...author, ...args], { cwd });
  assert.equal(status, 0, stderr);
}

test("breaking changes: a removed field is found, before its commit and after", async () => {
  using folder = new TemporaryFolder();
  const write = (...fields: readonly string[]): void =>
    folder.write("proto/a.proto", `syntax = "proto3";\nmessage A {\n${fields.join("\n")}\n}\n`);
  folder.write("buf.yaml", "version: v2\nmodules:\n  - path: proto\n");
  write("string kept = 1;", "string gone = 2;");
  await git(folder.path, "init", "--quiet");
  assert.deepEqual(await findBreaks(folder.path), []);
  await git(folder.path, "add", ".");
  await git(folder.path, "commit", "--quiet", "--message=Start");

  write("string kept = 1;", "string gone = 2;", "string added = 3;");
  assert.deepEqual(await findBreaks(folder.path), []);

  const gone =
    'proto/a.proto:2:1:Previously present field "2" with name "gone" on message "A" was deleted.';
  write("string kept = 1;");
  assert.deepEqual(await findBreaks(folder.path), [`${gone} (compared with HEAD)`]);
  await git(folder.path, "commit", "--quiet", "--all", "--message=Break");
  assert.deepEqual(await findBreaks(folder.path), [`${gone} (compared with HEAD~1)`]);
});
