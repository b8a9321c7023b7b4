import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { generate } from "../support/generate.js";

const protos = {
  "x/v1/a.proto": `syntax = "proto3"; package x.v1; import "x/v1/b.proto"; import "x/v1/c.proto"; import "dividere/v1/options.proto"; import "google/protobuf/timestamp.proto";
    // Says something.
    message A { B b = 1; C c = 2; google.protobuf.Timestamp at = 3; }
    service S { option (dividere.v1.service) = {name: "s"}; rpc One(A) returns (B); }
    service T { rpc Two(A) returns (B); }`,
  "x/v1/b.proto": 'syntax = "proto3"; package x.v1; import "x/v1/c.proto"; message B { C c = 1; }',
  "x/v1/c.proto": 'syntax = "proto3"; package x.v1; message C { string some_name = 1; }',
};

function contentWith(
  parameter: string,
  sources: Readonly<Record<string, string>> = protos,
): string {
  return generate(sources, parameter)["x/v1/a_dividere.ts"] ?? assert.fail("no file");
}

/** The files of the string in generated code. */
function schemaIn(content: string) {
  const [, text] = /^const schema = "(.*)";$/m.exec(content) ?? assert.fail(content);
  return fromBinary(FileDescriptorSetSchema, Buffer.from(text ?? "", "base64")).file;
}

test("generated code has the proto file and its imports, each once and after its imports", () => {
  const content = contentWith("");
  const files = schemaIn(content);
  assert.deepEqual(
    files.map(({ name }) => name),
    ["x/v1/c.proto", "x/v1/b.proto", "x/v1/a.proto"],
  );
  assert.deepEqual(files[2]?.dependency, [
    "x/v1/b.proto",
    "x/v1/c.proto",
    "dividere/v1/options.proto",
    "google/protobuf/timestamp.proto",
  ]);
  assert.equal(content.match(/^ {2}schema,$/gm)?.length, 2);
});

test("the schema has options, and no comments", () => {
  const [, , file] = schemaIn(contentWith(""));
  assert.equal(file?.sourceCodeInfo, undefined);
  assert.equal(file?.service[0]?.options?.$unknown?.length, 1);
});

test("with codec=es generated code names the descriptor of protobuf-es", () => {
  const content = contentWith("codec=es");
  assert.match(content, /^import \{ ASchema, file_x_v1_a \} from "\.\/a_pb\.js";$/m);
  assert.match(content, /^ {2}schema: file_x_v1_a,$/m);
});

test("with codec=es the schema is in the code if the services use no message of their file", () => {
  const content = contentWith("codec=es", {
    ...protos,
    "x/v1/a.proto":
      'syntax = "proto3"; package x.v1; import "x/v1/b.proto"; message A {} service S { rpc One(B) returns (B); }',
  });
  assert.doesNotMatch(content, /a_pb/);
  assert.deepEqual(
    schemaIn(content).map(({ name }) => name),
    ["x/v1/c.proto", "x/v1/b.proto", "x/v1/a.proto"],
  );
});

test("reflection=false leaves the schema out", () => {
  for (const parameter of ["reflection=false", "reflection=false,codec=es"])
    assert.doesNotMatch(contentWith(parameter), /\bschema\b/);
});

test("code without definitions has no schema", () => {
  const publish = "option (dividere.v1.method) = {pattern: PUBLISH};";
  const content = contentWith("classes=subscriber", {
    "x/v1/a.proto": `syntax = "proto3"; package x.v1; import "dividere/v1/options.proto"; import "google/protobuf/empty.proto";
      message A {} service S { rpc One(A) returns (google.protobuf.Empty) { ${publish} } }`,
  });
  assert.match(content, /class SSubscriber/);
  assert.doesNotMatch(content, /\bschema\b/);
});

test("a message with the name of the schema gets another name", () => {
  const content = contentWith("", {
    "x/v1/a.proto":
      'syntax = "proto3"; package x.v1; message schema {} service S { rpc One(schema) returns (schema); }',
  });
  assert.match(content, /^const schema = "/m);
  assert.match(content, /import \{ schema as schema\$1 \} from "\.\/a\.js";/);
});
