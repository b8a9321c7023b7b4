import assert from "node:assert/strict";
import { test } from "node:test";
import { findCircles, findCrowds, findMedian } from "../../scripts/checks/rooms.mjs";
import { TemporaryFolder } from "../support/temporary-folder.js";

/** A folder with these files. */
function folderOf(files: Readonly<Record<string, string>>): TemporaryFolder {
  const folder = new TemporaryFolder();
  for (const [path, text] of Object.entries(files)) folder.write(path, text);
  return folder;
}

const lines = (count: number): string => "// A line.\n".repeat(count);
const files = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`src/${index}.ts`, lines(1)]));

test("rooms rule: twelve files side by side and three hundred lines are fine", () => {
  using folder = folderOf({ ...files(12), "src/room/long.ts": lines(300) });
  assert.deepEqual(findCrowds("src", folder.path), []);
});

test("rooms rule: a thirteenth file and a line too many are found", () => {
  using folder = folderOf({ ...files(13), "src/room/long.ts": lines(301) });
  assert.deepEqual(findCrowds("src", folder.path), [
    "src: has 13 files side by side, more than 12",
    "src/room/long.ts: has 301 lines, more than 300",
  ]);
});

test("rooms rule: generated files do not count", () => {
  using folder = folderOf({ ...files(12), "src/gen/long.ts": lines(1_000) });
  assert.deepEqual(findCrowds("src", folder.path), []);
});

test("rooms rule: expected output does not count, and files of other languages do", () => {
  using folder = folderOf({
    "test/golden/case/long.ts": lines(301),
    "test/interop/peer.py": lines(301),
    "test/proto/shapes.proto": lines(301),
    "test/picture.jpg": lines(301),
    "test/vectors.jsonl": lines(301),
  });
  assert.deepEqual(findCrowds("test", folder.path), [
    "test/interop/peer.py: has 301 lines, more than 300",
    "test/proto/shapes.proto: has 301 lines, more than 300",
  ]);
});

test("rooms rule: too great a median length is found", () => {
  using folder = folderOf({ "a/1.ts": lines(111), "a/2.ts": lines(111), "b/3.ts": lines(1) });
  assert.deepEqual(findMedian(["a", "b"], folder.path), [
    "a, b: half of the files have 111 lines or more",
  ]);
  assert.deepEqual(findMedian(["b"], folder.path), []);
});

test("rooms rule: a circle is found, type-only imports included", () => {
  using folder = folderOf({
    "src/a.ts": 'import { b } from "./room/b.js";\nexport const a = b;\n',
    "src/room/b.ts": 'export * from "./c.js";\n',
    "src/room/c.ts": 'import type { A } from "../a.js";\n',
    "src/d.ts": 'import "./a.js";\n',
  });
  assert.deepEqual(findCircles("src", folder.path), [
    "src/a.ts → src/room/b.ts → src/room/c.ts → src/a.ts: a circle of imports",
  ]);
});
