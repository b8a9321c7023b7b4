import assert from "node:assert/strict";
import { test } from "node:test";
import { findLayerBreaks } from "../../scripts/checks/layers.mjs";
import { TemporaryFolder } from "../support/temporary-folder.js";

/** What the rule says about one file, beside a file of a lower layer and one of an upper one. */
function breaksOf(path: string, ...lines: readonly string[]): string[] {
  using folder = new TemporaryFolder();
  folder.write("base/errors.ts", "export const x = 1;");
  folder.write("messaging/index.ts", "export const y = 1;");
  folder.write(path, lines.join("\n"));
  return findLayerBreaks(folder.path, ["zeromq"]);
}

test("layer rule: an import of a layer below, of the own layer, of node or of a dependency is fine", () => {
  const found = breaksOf(
    "connection/a.ts",
    'import { x } from "../base/errors.js";',
    'import "./b.js";',
    'import { join } from "node:path";',
    'import { Dealer } from "zeromq";',
  );
  assert.deepEqual(found, []);
});

for (const [what, line] of [
  ["an import", 'import { y } from "../messaging/index.js";'],
  ["a type-only import", 'import type { Y } from "../messaging/index.js";'],
  ["a re-export", 'export * from "../messaging/index.js";'],
  ["a dynamic import", 'const y = await import("../messaging/index.js");'],
] as const) {
  test(`layer rule: ${what} that goes up is found, with its place`, () => {
    assert.deepEqual(breaksOf("connection/a.ts", "// A comment.", line), [
      'connection/a.ts:2: connection imports "../messaging/index.js" from messaging, a layer above it',
    ]);
  });
}

test("layer rule: an import of a room below, or of the own room, is fine", () => {
  const found = breaksOf(
    "connection/socket/a.ts",
    'import { x } from "../queue/b.js";',
    'import { y } from "./c.js";',
  );
  assert.deepEqual(found, []);
});

test("layer rule: an import of a room above is found", () => {
  assert.deepEqual(breaksOf("connection/socket/a.ts", 'import { x } from "../dealer.js";'), [
    'connection/socket/a.ts:1: the room socket imports "../dealer.js" from ., a room above it',
  ]);
  assert.deepEqual(
    breaksOf("messaging/farm/process/a.ts", 'import type { X } from "../slot.js";'),
    [
      'messaging/farm/process/a.ts:1: the room farm/process imports "../slot.js" from farm, a room above it',
    ],
  );
  assert.deepEqual(breaksOf("connection/a.ts", 'import { x } from "./index.js";'), [
    'connection/a.ts:1: the room . imports "./index.js" from index.ts, a room above it',
  ]);
});

test("layer rule: a folder of a layer that is no room is found", () => {
  assert.deepEqual(breaksOf("connection/attic/a.ts", "export {};"), [
    "connection/attic/a.ts:1: is in no room; the rooms of connection are frames, queue/parts, queue, security, socket/monitor, inproc, socket, relay, ., load-balancing, index.ts",
  ]);
  const [found] = breaksOf("connection/a.ts", 'import { x } from "./attic/b.js";');
  assert.equal(found, 'connection/a.ts:1: imports "./attic/b.js", which is in no room');
});

test("layer rule: a package that is no dependency of the runtime is found", () => {
  assert.deepEqual(breaksOf("base/a.ts", 'import { Project } from "ts-morph";'), [
    'base/a.ts:1: imports "ts-morph"; the runtime\'s dependencies are zeromq',
  ]);
});

test("layer rule: the peer dependency of a layer is for that layer alone", () => {
  const line = 'import { trace } from "@opentelemetry/api";';
  assert.deepEqual(breaksOf("opentelemetry/a.ts", line), []);
  assert.deepEqual(breaksOf("messaging/links/a.ts", line), [
    'messaging/links/a.ts:1: imports "@opentelemetry/api"; the runtime\'s dependencies are zeromq',
  ]);
});

test("layer rule: no layer imports the package's own entry", () => {
  assert.deepEqual(breaksOf("codegen/a.ts", 'import { x } from "../index.js";'), [
    'codegen/a.ts:1: imports "../index.js", which is in no layer',
  ]);
});

test("layer rule: a folder that is no layer is found", () => {
  const [found, ...others] = breaksOf("helpers/a.ts", "export {};");
  assert.match(String(found), /^helpers\/a\.ts:1: is in no layer; the layers are base, wire, /);
  assert.deepEqual(others, []);
});

test("layer rule: the package's own entry may import every layer", () => {
  assert.deepEqual(breaksOf("index.ts", 'export * from "./messaging/index.js";'), []);
});
