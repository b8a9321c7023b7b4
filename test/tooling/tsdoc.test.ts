import assert from "node:assert/strict";
import { test } from "node:test";
import { findUndocumented } from "../../scripts/checks/tsdoc.mjs";
import { TemporaryFolder } from "../support/temporary-folder.js";

/** What the check says about a package whose entry is these lines. */
function findingsIn(...lines: readonly string[]): string[] {
  using folder = new TemporaryFolder();
  folder.write("tsconfig.json", '{ "include": ["src"] }');
  folder.write("src/index.ts", lines.join("\n"));
  return findUndocumented(folder.path, ["src/index.ts"]);
}

test("TSDoc check: an export without a comment is found, with its place", () => {
  assert.deepEqual(
    findingsIn(
      "/** Said. */",
      "export const one = 1;",
      "export const two = 2;",
      "/** */",
      "export function three(): void {}",
      "export type Four = string;",
      "const five = 5;",
      "void five;",
    ),
    [
      "src/index.ts:3: two is exported without a TSDoc comment",
      "src/index.ts:5: three is exported without a TSDoc comment",
      "src/index.ts:6: Four is exported without a TSDoc comment",
    ],
  );
});

test("TSDoc check: a public member without a comment is found, a private one is not", () => {
  assert.deepEqual(
    findingsIn(
      "/** Said. */",
      "export class Door {",
      "  #inside = 1;",
      "  private hinge = 1;",
      "  _forTheRuntime = 1;",
      "  constructor(readonly_: number) { void readonly_; void this.#inside; void this.hinge; }",
      "  /** Said. */",
      "  open(): void {}",
      "  close(): void {}",
      "  get state(): string { return ''; }",
      "  static at(): void {}",
      "}",
      "/** Said. */",
      "export interface Options { wide: boolean }",
      "/** Said. */",
      "export type More = Options & { high: boolean };",
    ),
    [
      "src/index.ts:6: Door.constructor is public without a TSDoc comment",
      "src/index.ts:9: Door.close is public without a TSDoc comment",
      "src/index.ts:10: Door.state is public without a TSDoc comment",
      "src/index.ts:11: Door.at is public without a TSDoc comment",
      "src/index.ts:14: Options.wide is public without a TSDoc comment",
      "src/index.ts:16: More.high is public without a TSDoc comment",
    ],
  );
});

test("TSDoc check: a member may inherit its comment from a base class or an interface", () => {
  assert.deepEqual(
    findingsIn(
      "interface Closable {",
      "  /** Said. */",
      "  close(): void;",
      "  silent(): void;",
      "}",
      "class Base {",
      "  /** Said. */",
      "  open(): void {}",
      "}",
      "/** Said. */",
      "export class Door extends Base implements Closable {",
      "  override open(): void {}",
      "  close(): void {}",
      "  silent(): void {}",
      "}",
      "/** Said. */",
      "export class Broken extends Error { override name = 'Broken'; }",
      "/** Said. */",
      "export class Worse extends Broken { override name = 'Worse'; }",
    ),
    ["src/index.ts:14: Door.silent is public without a TSDoc comment"],
  );
});

test("TSDoc check: the members of a namespace export count", () => {
  using folder = new TemporaryFolder();
  folder.write("tsconfig.json", '{ "include": ["src"] }');
  folder.write("src/index.ts", 'export * as inner from "./inner.js";');
  folder.write("src/inner.ts", "export const bare = 1;");
  assert.deepEqual(findUndocumented(folder.path, ["src/index.ts"]), [
    "src/inner.ts:1: bare is exported without a TSDoc comment",
  ]);
});
