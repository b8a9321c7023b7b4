import assert from "node:assert/strict";
import { test } from "node:test";
import { parseParameters } from "../../plugin/src/parameters.js";

test("parameters are read, and what is not set has its default", () => {
  assert.deepEqual(parseParameters(""), { importExtension: "js", suffix: "_dividere" });
  assert.deepEqual(parseParameters("import_extension=.ts, suffix=.dv"), {
    importExtension: "ts",
    suffix: ".dv",
  });
});

const refused: [parameter: string, says: RegExp][] = [
  [
    "sufix=x",
    /^unknown parameter "sufix"; did you mean "suffix"\? The parameters are import_extension, suffix/,
  ],
  ["importExtension=js", /^unknown parameter "importExtension"; did you mean "import_extension"\?/],
  ["target=ts", /^unknown parameter "target"; The parameters are/],
  ["toString=1", /^unknown parameter "toString"; /],
  [
    "import_extension=mjs",
    /^parameter "import_extension" cannot be "mjs"; set it to one of js, ts, none$/,
  ],
  ["suffix=", /^parameter "suffix" cannot be ""; /],
  ["suffix=../x", /^parameter "suffix" cannot be "\.\.\/x"; /],
];
for (const [parameter, says] of refused) {
  test(`${parameter} is refused by name`, () => {
    assert.throws(() => parseParameters(parameter), { name: "SchemaError", message: says });
  });
}
