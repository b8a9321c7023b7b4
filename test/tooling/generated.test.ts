import assert from "node:assert/strict";
import { appendFileSync, rmSync } from "node:fs";
import { test } from "node:test";
import { findOutdated } from "../../scripts/generate.mjs";
import { run } from "../support/child.js";
import { TemporaryFolder } from "../support/temporary-folder.js";

test("generated code: an outdated file is found, with its place", async () => {
  using folder = new TemporaryFolder();
  folder.write("project/buf.yaml", "version: v2\nmodules:\n  - path: proto\n");
  folder.write(
    "project/buf.gen.yaml",
    "version: v2\nplugins:\n  - local: protoc-gen-ts_proto\n    out: gen\n",
  );
  folder.write("project/proto/a.proto", 'syntax = "proto3";\nmessage A {}\n');
  folder.write("project/proto/b.proto", 'syntax = "proto3";\nmessage B {}\n');
  const generated = await run("buf", ["generate"], { cwd: folder.file("project") });
  assert.equal(generated.status, 0, generated.stderr);
  assert.deepEqual(await findOutdated("project", folder.path), []);

  folder.write("project/gen/c.ts", "");
  rmSync(folder.file("project/gen/b.ts"));
  const lines = folder.read("project/gen/a.ts").split("\n").length;
  appendFileSync(folder.file("project/gen/a.ts"), "// Changed by hand.\n");
  assert.deepEqual(await findOutdated("project", folder.path), [
    `project/gen/a.ts:${lines}: is not what its .proto file gives`,
    "project/gen/b.ts: is missing",
    "project/gen/c.ts: no .proto file gives it any more",
  ]);
});
