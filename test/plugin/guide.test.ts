import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseParameters } from "../../plugin/src/schema/parameters.js";
import { reasons } from "../corpus/reasons.js";
import { root, tsProtoParameter } from "./generate.js";

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

test("the guide shows the options that the tests give ts-proto", () => {
  for (const option of tsProtoParameter.split(","))
    assert.ok(guide.includes(`- ${option}\n`), option);
});
