import assert from "node:assert/strict";
import { test } from "node:test";
import { parseParameters } from "../../../plugin/src/schema/parameters.js";

const defaults = {
  importExtension: "js",
  suffix: "_dividere",
  classes: new Set(["publisher", "subscriber", "request", "reactor", "service"]),
  codec: "ts-proto",
  messagesPath: ".",
  descriptors: false,
  reflection: true,
};

test("parameters are read, and missing ones have their defaults", () => {
  assert.deepEqual(parseParameters(""), defaults);
  assert.deepEqual(parseParameters("import_extension=.ts, suffix=.dv"), {
    ...defaults,
    importExtension: "ts",
    suffix: ".dv",
  });
  assert.deepEqual(parseParameters("classes=request+reactor,codec=es,messages_path=../gen/"), {
    ...defaults,
    classes: new Set(["request", "reactor"]),
    codec: "es",
    messagesPath: "../gen",
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
  ["codec=protobufjs", /^parameter "codec" cannot be "protobufjs"; set it to one of ts-proto, es$/],
  [
    "classes=request+client",
    /^parameter "classes" cannot hold "client"; set it to some of publisher\+subscriber\+request\+reactor\+service$/,
  ],
  [
    "messages_path=/gen",
    /^parameter "messages_path" cannot be "\/gen"; set it to a folder such as/,
  ],
  ["descriptors", /^parameter "descriptors" cannot be ""; set it to one of true, false$/],
  ["reflection=no", /^parameter "reflection" cannot be "no"; set it to one of true, false$/],
  ["suffix=", /^parameter "suffix" cannot be ""; /],
  ["suffix=../x", /^parameter "suffix" cannot be "\.\.\/x"; /],
];
for (const [parameter, says] of refused) {
  test(`${parameter} is refused by name`, () => {
    assert.throws(() => parseParameters(parameter), { name: "SchemaError", message: says });
  });
}
