import assert from "node:assert/strict";
import { test } from "node:test";
import { create, createFileRegistry, type DescFile } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { checkNames } from "../../../plugin/src/messages/ts-proto-names.js";
import { Mistakes, SchemaError } from "../../../plugin/src/schema/mistakes.js";
import { filesAround, reachableMessages } from "../../../plugin/src/schema/reachable.js";
import { compileErrors } from "../support/compile.js";
import { filesOf, request, runPlugin, tsProtoParameter } from "../support/generate.js";

const keywords = `
  any arguments as async await base bigint boolean break case catch class const constructor continue debugger declare
  default delete do else end enum eval export extends false finally for function get global globalThis if implements
  import in infer input instanceof interface is key keyof length let message module namespace never new null number
  object of package private protected prototype public reader readonly require return set static string super switch
  symbol tag this throw true try type typeof undefined unique unknown value var void while with writer yield acc e obj`;
const helpers = `
  acc base e end input key length message obj reader tag value writer Array BigInt BinaryReader BinaryWriter Boolean Builtin Date DeepPartial Duration Empty Error Exact Exclude Function I
  JSON K KeysOfUnion Long Map Math MessageFns Number Object Omit P Partial Pick Promise Readonly ReadonlyArray Record Set
  String Struct Symbol T Timestamp Uint8Array Value base64FromBytes bytesFromBase64 decode encode fromJsonTimestamp
  fromTimestamp isObject isSet toTimestamp UNRECOGNIZED`;

const fields = {
  nothing: "",
  scalars: "int32 a = 1; int64 b = 2; string c = 3; bytes d = 4; bool e = 5; double f = 6;",
  maps: "map<string, string> a = 1;",
  times: ".google.protobuf.Timestamp a = 1;",
  wrapped: ".google.protobuf.UInt64Value a = 1; .google.protobuf.Struct b = 2;",
  strings: "string a = 1; oneof b { string c = 2; bool d = 3; }",
};

/** Each is a file with a service; the name stands in it as a message, an enum, a value, or the type of a field. */
const shapes: Record<string, (name: string) => string> = {
  ...Object.fromEntries(
    Object.entries(fields).map(([key, members]) => [
      `a message beside ${key}`,
      (name: string) => `message ${name} {} message Rr { ${members} }`,
    ]),
  ),
  "an enum": (name) => `enum ${name} { ZZ = 0; } message Rr { string a = 1; }`,
  "a value": (name) => `enum Ee { ZZ = 0; ${name} = 1; } message Rr {}`,
  "the type of a field": (name) => `message ${name} {} message Rr { .PACKAGE.${name} a = 1; }`,
  "the type of a repeated field": (name) =>
    `message ${name} {} message Rr { repeated .PACKAGE.${name} a = 1; }`,
  "the type of a map": (name) =>
    `message ${name} {} message Rr { map<string, .PACKAGE.${name}> a = 1; }`,
  "a field": (name) => `message Rr { string ${name} = 1; }`,
  "a oneof": (name) => `message Rr { oneof ${name} { string xx = 1; } }`,
  "a nested message": (name) => `message Rr { message ${name} {} .PACKAGE.Rr.${name} xx = 1; }`,
};

const cases = Object.entries(shapes).flatMap(([shape, source]) =>
  (shape.startsWith("a message beside ") && shape !== "a message beside nothing"
    ? helpers
    : keywords + helpers
  )
    .trim()
    .split(/\s+/)
    // What the compiler itself takes for something else.
    .filter(
      (name) =>
        shape !== "a field" ||
        !/^(reserved|extensions|option|message|enum|oneof|map|extend)$/.test(name),
    )
    .map((name) => ({ shape, name, source: source(name) })),
);

/** Types that are trouble in some place only; the name is one of theirs. */
const wellKnown =
  "Int64Value UInt64Value Int32Value StringValue BytesValue BoolValue Timestamp Struct Value FieldMask".split(
    " ",
  );
for (const type of wellKnown) {
  const full = `.google.protobuf.${type}`;
  cases.push({
    shape: "a member of a oneof",
    name: type,
    source: `message Rr { oneof a { ${full} b = 1; string c = 2; } }`,
  });
  cases.push({
    shape: "a field of its own",
    name: type,
    source: `message Rr { ${full} b = 1; repeated ${full} c = 2; map<string, ${full}> d = 3; optional ${full} e = 4; }`,
  });
}

const header = `import "google/protobuf/field_mask.proto"; import "google/protobuf/timestamp.proto"; import "google/protobuf/struct.proto"; import "google/protobuf/wrappers.proto";`;

test("exactly the names with which ts-proto's code does not compile are refused", () => {
  const protos = Object.fromEntries(
    cases.map(({ source }, i) => [
      `f${i}.proto`,
      `syntax = "proto3"; package q${i}; ${header} ${source.replaceAll("PACKAGE", `q${i}`)} service Ss { rpc Ask(Rr) returns (Rr); }`,
    ]),
  );
  const all = request(protos, tsProtoParameter);
  const written = filesOf(runPlugin("protoc-gen-ts_proto", all).file);
  const uncompilable = compileErrors(written);
  assert.ok(uncompilable.size > 100, `only ${uncompilable.size} files do not compile`);

  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: all.protoFile }));
  const wrong = cases.flatMap(({ shape, name }, i) => {
    const refusal = refusalOf(registry.getFile(`f${i}.proto`));
    const fails = uncompilable.has(`f${i}.ts`);
    return (refusal !== undefined) === fails
      ? []
      : [`${name} as ${shape}: ${refusal ?? "not refused, but it does not compile"}`];
  });
  assert.deepEqual(wrong, []);
});

function refusalOf(file: DescFile | undefined): string | undefined {
  assert.ok(file);
  const mistakes = new Mistakes();
  checkNames(filesAround(reachableMessages(file.services)), mistakes);
  try {
    mistakes.throwIfAny();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof SchemaError);
    return error.message;
  }
}
