import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseParameters } from "../../plugin/src/schema/parameters.js";
import { findFiles } from "../../scripts/files.mjs";
import { reasons } from "../corpus/reasons.js";
import { root, tsProtoParameter } from "./support/generate.js";

const guide = readFileSync(join(root, "docs", "generator.md"), "utf8").replaceAll("`", "");

/** The first cells of the guide's table rows. */
const rows = new Set([...guide.matchAll(/^\| (.+?) +\|/gm)].map(([, cell = ""]) => cell));

test("the guide has a row for every parameter", () => {
  assert.throws(
    () => parseParameters("unknown"),
    (error: Error) => {
      const names = error.message.replace(/^.*The parameters are /, "").split(", ");
      assert.ok(names.length > 3);
      assert.deepEqual(
        names.filter((name) => !rows.has(name)),
        [],
      );
      return true;
    },
  );
});

test("the guide has a row for every reason to refuse a schema", () => {
  assert.deepEqual(
    reasons.map(([reason]) => reason).filter((reason) => !rows.has(reason)),
    [],
  );
});

/** The pages and projects that show how ts-proto is run; buf.gen.yaml at the top has one option more, and says why. */
const shown = [
  "README.md",
  "docs/generator.md",
  "buf.gen.yaml",
  ...findFiles("examples", (path) => path.endsWith("/buf.gen.yaml")),
  "test/buf.gen.yaml",
  "test/pack/project/buf.gen.yaml",
];

for (const path of shown) {
  test(`${path} gives ts-proto the options of the scaffold, in their order`, () => {
    const given = readFileSync(join(root, path), "utf8")
      .split("protoc-gen-ts_proto")[1]
      ?.split("protoc-gen-dividere")[0]
      ?.matchAll(/^ +- (\w+=\S+)/gm);
    const options = [...(given ?? [])]
      .map(([, option = ""]) => option)
      .filter((option) => !(path === "buf.gen.yaml" && option === "outputJsonMethods=false"));
    assert.deepEqual(options, tsProtoParameter.split(","));
  });
}
