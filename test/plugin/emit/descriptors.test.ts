import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import {
  create,
  createFileRegistry,
  fromBinary,
  fromJsonString,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { script } from "../../../scripts/program.mjs";
import { generate, inFolder, write } from "../support/generate.js";

const protos = {
  "x/v1/a.proto": `syntax = "proto3"; package x.v1; import "x/v1/b.proto"; import "google/protobuf/timestamp.proto";
    message A { B b = 1; google.protobuf.Timestamp at = 2; } service S { rpc One(A) returns (B); }`,
  "x/v1/b.proto": 'syntax = "proto3"; package x.v1; message B { string some_name = 1; }',
};
const files = generate(protos, "descriptors=true");
const set = files["x/v1/descriptors.json"] ?? "";

test("the file set shows any message as JSON", () => {
  assert.deepEqual(Object.keys(files), ["x/v1/a_dividere.ts", "x/v1/descriptors.json"]);
  const registry = createFileRegistry(fromJsonString(FileDescriptorSetSchema, set));
  const schema = registry.getMessage("x.v1.A");
  assert.ok(schema);
  const bytes = Uint8Array.of(0x0a, 0x03, 0x0a, 0x01, 0x78, 0x12, 0x00);
  assert.deepEqual(toJson(schema, fromBinary(schema, bytes), { registry }), {
    b: { someName: "x" },
    at: "1970-01-01T00:00:00Z",
  });
  assert.deepEqual(toBinary(schema, create(schema, fromBinary(schema, bytes))), bytes);
});

test("buf reads the file set", () => {
  inFolder((folder) => {
    write(folder, { "descriptors.json": set, "a.json": '{"b":{"someName":"x"}}' });
    const bytes = execFileSync(
      process.execPath,
      [
        script("buf"),
        "convert",
        "descriptors.json",
        "--type=x.v1.A",
        "--from=a.json",
        "--to=-#format=binpb",
      ],
      { cwd: folder },
    );
    assert.equal(bytes.toString("hex"), "0a030a0178");
  });
});

test("runs for several folders write files of several names", () => {
  const names = (...of: string[]) =>
    Object.keys(
      generate(
        Object.fromEntries(
          of.map((name, i) => [name, `syntax = "proto3"; package p${i}; message M {}`]),
        ),
        "descriptors=true",
      ),
    );
  assert.deepEqual(names("a/b/x.proto", "a/c/x.proto"), ["a/descriptors.json"]);
  assert.deepEqual(names("a/b/x.proto", "a/b/y.proto"), ["a/b/descriptors.json"]);
  assert.deepEqual(names("x.proto", "a/c/x.proto"), ["descriptors.json"]);
});
