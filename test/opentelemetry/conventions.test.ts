import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as conventions from "@opentelemetry/semantic-conventions/incubating";
import { Attribute, Metric, SCHEMA_URL } from "../../runtime/src/opentelemetry/conventions.js";
import { root } from "../support/child.js";

const folder = join(root, "node_modules", "@opentelemetry", "semantic-conventions");
const names = [
  ...Object.entries(Attribute).map(([key, name]) => [`ATTR_${key}`, name] as const),
  ...Object.entries(Metric).map(([key, name]) => [`METRIC_${key}`, name] as const),
];

test("the names are those of the conventions' package, whose version is in the schema's URL", () => {
  for (const [key, name] of names)
    assert.equal((conventions as Readonly<Record<string, unknown>>)[key], name);
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  assert.equal(SCHEMA_URL, `https://opentelemetry.io/schemas/${version}`);
});

test("no name is deprecated in that version", () => {
  const declared = ["stable", "experimental"].flatMap((state) =>
    ["attributes", "metrics"].map((kind) =>
      readFileSync(join(folder, "dist", `${state}_${kind}.d.mts`), "utf8"),
    ),
  );
  for (const [key] of names) {
    const comments = declared.flatMap((text) => {
      const place = text.search(new RegExp(`declare const ${key}\\b`));
      return place < 0 ? [] : [text.slice(text.lastIndexOf("/**", place), place)];
    });
    assert.equal(comments.length, 1, key);
    assert.doesNotMatch(comments[0] ?? "", /@deprecated/, key);
  }
});
