import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { bufGenYaml } from "../../plugin/src/scaffold/init/content/buf.js";
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

/** The pages and projects with the full list; buf.gen.yaml at the top has one option more, and says why. */
const full = [
  "docs/generator.md",
  "buf.gen.yaml",
  "test/buf.gen.yaml",
  "test/pack/project/buf.gen.yaml",
];

for (const path of full) {
  test(`${path} gives ts-proto the options of protoc-gen-dividere-messages, in their order`, () => {
    const given = readFileSync(join(root, path), "utf8")
      .split("local: protoc-gen-ts_proto")[1]
      ?.split("protoc-gen-dividere")[0]
      ?.matchAll(/^ +- (\w+=\S+)/gm);
    const options = [...(given ?? [])]
      .map(([, option = ""]) => option)
      .filter((option) => !(path === "buf.gen.yaml" && option === "outputJsonMethods=false"));
    assert.deepEqual(options, tsProtoParameter.split(","));
  });
}

/** The lines of a template that say something to buf, without the one that empties the output folders. */
function essence(template: string): string[] {
  return template
    .split("\n")
    .map((line) => line.replace(/(^|\s+)#.*$/, ""))
    .filter((line) => line !== "" && line !== "clean: true");
}

/** The templates that a page shows. */
function templatesIn(path: string): string[][] {
  const page = readFileSync(join(root, path), "utf8");
  return [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => essence(block));
}

for (const [path, codec] of [
  ["README.md", "ts-proto"],
  ["docs/generator.md", "ts-proto"],
  ["docs/generator.md", "es"],
] as const) {
  test(`${path} shows the buf.gen.yaml that init writes with --codec=${codec}`, () => {
    const wanted = essence(bufGenYaml("gen", codec));
    assert.ok(templatesIn(path).some((shown) => isDeepStrictEqual(shown, wanted)));
  });
}

for (const path of findFiles("examples", (path) => path.endsWith("/buf.gen.yaml"))) {
  test(`${path} is what init writes, or less of it`, () => {
    const wanted = essence(bufGenYaml("gen", "ts-proto"));
    const given = essence(readFileSync(join(root, path), "utf8"));
    assert.ok(given.includes("  - local: protoc-gen-dividere-messages"));
    assert.deepEqual(given, wanted.slice(0, given.length));
  });
}
