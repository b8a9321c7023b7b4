import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { CodeGeneratorRequestSchema } from "@bufbuild/protobuf/wkt";
import { mistakeIn, optionOf } from "../../../plugin/src/messages/options/check.js";
import { knownOptions } from "../../../plugin/src/messages/options/known.js";
import { templateMistakes } from "../../../plugin/src/messages/options/template.js";
import { tsProtoOptions } from "../../../plugin/src/messages/options/ts-proto-options.js";
import { completeParameter } from "../../../plugin/src/messages/wrapper/parameter.js";
import { parameterOf, withParameter } from "../../../plugin/src/messages/wrapper/request.js";
import { TemporaryFolder } from "../../support/temporary-folder.js";

/** The installed ts-proto's own module of options. */
const own: Readonly<Record<string, Readonly<Record<string, string>>>> & {
  readonly defaultOptions: () => Readonly<Record<string, unknown>>;
} = createRequire(import.meta.url)("ts-proto/build/src/options.js");

describe("the known options of ts-proto", () => {
  test("are those of the installed one", () => {
    const names = Object.keys(own.defaultOptions()).filter((name) => name !== "M");
    assert.deepEqual([...knownOptions.keys()].sort(), names.sort());
  });

  for (const [name, list] of [
    ["anyType", "AnyTypeOption"],
    ["env", "EnvOption"],
    ["forceLong", "LongOption"],
    ["oneof", "OneofOption"],
    ["outputSchema", "OutputSchemaOption"],
    ["outputServices", "ServiceOption"],
    ["useDate", "DateOption"],
    ["useDuration", "DurationOption"],
    ["useJsonTimestamp", "JsonTimestampOption"],
  ] as const) {
    test(`have the values of the installed one: ${name}`, () => {
      const values = Object.values(own[list] ?? {});
      assert.ok(values.length > 1);
      assert.deepEqual(
        values.filter((value) => knownOptions.get(name)?.includes(value) !== true),
        [],
      );
    });
  }

  test("have true and false for each that is true or false by default", () => {
    const flags = Object.entries(own.defaultOptions()).filter(([, value]) => value === !!value);
    assert.ok(flags.length > 40);
    const without = flags.filter(([name]) => {
      const values = knownOptions.get(name);
      return values?.includes("true") !== true || !values.includes("false");
    });
    assert.deepEqual(without, []);
  });

  test("take every option that this package sets", () => {
    assert.deepEqual(
      tsProtoOptions.flatMap((option) => mistakeIn(optionOf(option)) ?? []),
      [],
    );
  });
});

const mistakes: [option: string, says: RegExp][] = [
  [
    "outputTypeAnotations=optional",
    /^unknown ts-proto .*; did you mean "outputTypeAnnotations"\?$/,
  ],
  ["force_long=bigint", /^unknown ts-proto .*; did you mean "forceLong"\?$/],
  [" oneof=unions", /^unknown ts-proto option " oneof", .*; did you mean "oneof"\?$/],
  ["target=ts", /^unknown ts-proto option "target", which ts-proto ignores; take it out$/],
  [
    "forceLong=bigin",
    /^ts-proto option "forceLong" cannot be "bigin"; did you mean "bigint"\? The/,
  ],
  ["useMapType=1", /^ts-proto option "useMapType" cannot be "1"; .*The values are true, false$/],
  ["esModuleInterop", /has no value, and ts-proto ignores it; write "esModuleInterop=true"$/],
  [
    "outputTypeAnnotations=false",
    /cannot be "false" here: .*; write "outputTypeAnnotations=optional"/,
  ],
  ["onlyTypes=true", /cannot be "true" here: the runtime calls encode and decode; take it out$/],
  ["outputEncodeMethods=encode-only", /cannot be "encode-only" here: the runtime calls/],
  ["outputPartialMethods=false", /cannot be "false" here: the runtime calls create for a partial/],
  ["fileSuffix=.pb", /cannot be "\.pb" here: the generated classes import a file named after/],
  [
    "messagePrefix=X",
    /cannot be "X" here: the generated classes import messages by their own names/,
  ],
  ["useSnakeTypeName=false", /cannot be "false" here: the generated classes import messages/],
];
for (const [option, says] of mistakes) {
  test(`the ts-proto option "${option}" is a mistake`, () => {
    assert.match(mistakeIn(optionOf(option)) ?? "", says);
  });
}

for (const option of [
  "outputTypeAnnotations=static-only",
  "forceLong=number",
  "importSuffix=",
  "Mgoogle/type/date.proto=./date.js",
  "onlyTypes=false",
  "metadataType=Meta@./meta",
]) {
  test(`the ts-proto option "${option}" is none`, () => {
    assert.equal(mistakeIn(optionOf(option)), undefined);
  });
}

describe("protoc-gen-dividere-messages", () => {
  const none = new Set<string>();
  const annotations = "Mdividere/v1/options.proto=none";

  test("gives ts-proto the options of this package", () => {
    assert.equal(completeParameter("", none), [...tsProtoOptions, annotations].join());
  });

  test("lets the user's own options hold, and gives none twice", () => {
    const given =
      "forceLong=string, outputServices=default,outputServices=nice-grpc,comments=false";
    const options = completeParameter(given, none).split(",");
    assert.deepEqual(
      options.filter((option) => /^(forceLong|outputServices|comments)=/.test(option)),
      given.split(/, ?/),
    );
    assert.ok(options.includes("oneof=unions-value"));
  });

  test("takes an option that only a later ts-proto has", () => {
    assert.throws(() => completeParameter("later=1", none), { name: "SchemaError" });
    assert.match(completeParameter("later=1", new Set(["later"])), /,later=1$/);
  });

  test("names all mistakes at once", () => {
    assert.throws(() => completeParameter("oneOf=unions,onlyTypes=true", none), {
      name: "SchemaError",
      message: /^unknown ts-proto option "oneOf".*\nts-proto option "onlyTypes" cannot be "true"/,
    });
  });

  test("replaces the parameter of a request, and keeps the rest byte for byte", () => {
    const message = { fileToGenerate: ["a.proto"], protoFile: [{ name: "a.proto" }] };
    const encode = (parameter?: string) =>
      toBinary(
        CodeGeneratorRequestSchema,
        create(CodeGeneratorRequestSchema, { ...message, ...(parameter && { parameter }) }),
      );
    assert.equal(parameterOf(encode()), "");
    assert.equal(parameterOf(encode("a=b")), "a=b");
    const changed = withParameter(encode("a=b"), "c=d");
    assert.equal(parameterOf(changed), "c=d");
    assert.deepEqual([...changed.subarray(0, encode("a=b").length)], [...encode("a=b")]);
  });
});

const full = tsProtoOptions.map((option) => `      - ${option}\n`).join("");
const dividere = "  - local: protoc-gen-dividere\n    out: gen\n";
const templates: { title: string; text: string; finds: readonly RegExp[] }[] = [
  {
    title: "the full list of options is right",
    text: `version: v2\nplugins:\n  - local: protoc-gen-ts_proto\n    out: gen\n    opt:\n${full}${dividere}`,
    finds: [],
  },
  {
    title: "a program with words before it, and options in one line",
    text: `version: v2\nplugins:\n  - local: [npx, protoc-gen-ts_proto]\n    out: gen\n    opt: outputTypeAnnotations=optional,forceLong=bigin\n${dividere}`,
    finds: [/^buf\.gen\.yaml:5: ts-proto option "forceLong" cannot be "bigin"/],
  },
  {
    title: "a path, a flow list and an anchor",
    text: `version: v2\nplugins:\n  - local: ./node_modules/.bin/protoc-gen-ts_proto\n    out: gen\n    opt: [outputTypeAnnotations=true,\n      oneof=union]\n  - local: ./node_modules/.bin/protoc-gen-dividere\n    out: gen\n`,
    finds: [
      /^buf\.gen\.yaml:6: ts-proto option "oneof" cannot be "union"; did you mean "unions"\?/,
    ],
  },
  {
    title: "version 1 of the file, and a remote plugin",
    text: "version: v1\nplugins:\n  - plugin: buf.build/community/stephenh-ts-proto\n    out: gen\n    opt: comment=false\n  - plugin: dividere\n    out: gen\n",
    finds: [/^buf\.gen\.yaml:5: unknown ts-proto option "comment".*did you mean "comments"\?$/],
  },
  {
    title: "an option that the runtime needs",
    text: `version: v2\nplugins:\n  - local: protoc-gen-ts_proto\n    out: gen\n${dividere}`,
    finds: [/^buf\.gen\.yaml:3: ts-proto needs the option "outputTypeAnnotations=optional"/],
  },
  {
    title: "no option has to be there where ts-proto runs for somebody else too",
    text: `version: v2\nplugins:\n  - local: protoc-gen-ts_proto\n    out: web\n  - local: protoc-gen-ts_proto\n    out: gen\n${dividere}`,
    finds: [],
  },
  {
    title: "messages of protobuf-es, and ts-proto for somebody else",
    text: `version: v2\nplugins:\n  - local: protoc-gen-ts_proto\n    out: web\n    opt: nothing=1\n${dividere}    opt: codec=es\n`,
    finds: [],
  },
  {
    title: "a template that does not run dividere",
    text: "version: v2\nplugins:\n  - local: protoc-gen-ts_proto\n    out: gen\n    opt: nothing=1\n",
    finds: [],
  },
  { title: "what is no template", text: "plugins: [\n", finds: [] },
  { title: "plugins that are no list", text: "plugins: {}\n", finds: [] },
];
for (const { title, text, finds } of templates) {
  test(`buf.gen.yaml: ${title}`, () => {
    using folder = new TemporaryFolder();
    folder.write("buf.gen.yaml", text);
    const found = templateMistakes(folder.path);
    assert.equal(found.length, finds.length, found.join("\n"));
    finds.forEach((says, i) => {
      assert.match(found[i] ?? "", says);
    });
  });
}

test("a folder without a buf.gen.yaml has no mistakes", () => {
  using folder = new TemporaryFolder();
  assert.deepEqual(templateMistakes(folder.path), []);
});
