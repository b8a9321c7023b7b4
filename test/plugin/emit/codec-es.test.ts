import assert from "node:assert/strict";
import { test } from "node:test";
import { generate } from "../support/generate.js";
import { both, contains, output } from "./output.js";

test("codec=es uses the messages of protobuf-es", () => {
  const content = output(both, "codec=es");
  contains(
    content,
    'import type { A, B } from "./a_pb.js";',
    'import { ASchema, BSchema, file_a } from "./a_pb.js";',
  );
  contains(content, "export const aType: MessageType<A> = esMessageType(ASchema);");
  contains(content, '    Two: { path: "S/Two", handler: "handleB", request: bType },');
  contains(
    content,
    "  one(msg: MessageInitShape<typeof ASchema>, options?: CallOptions): Promise<A> {",
    "    return this.callUnary(sDefinition.rpcs.One, msg, options);",
  );
});

test("codec=es takes schemas that ts-proto would write wrongly", () => {
  const protos = {
    "a.proto":
      'edition = "2023"; message delete { int32 a = 1; } service S { rpc One(delete) returns (delete); }',
  };
  contains(
    generate(protos, "codec=es")["a_dividere.ts"] ?? "",
    "  one(msg: MessageInitShape<typeof deleteSchema>, options?: CallOptions): Promise<delete$> {",
  );
  assert.throws(() => generate(protos), /field delete\.a has field_presence = EXPLICIT/);
});

test("codec=es gives messages of one name from several packages different names", () => {
  const content = output(
    'import "b/v1/b.proto";\nmessage A {}\nservice S { rpc One(A) returns (b.v1.A); rpc Two(google.protobuf.Empty) returns (A); }',
    "codec=es",
    { "b/v1/b.proto": 'syntax = "proto3";\npackage b.v1;\nmessage A {}' },
  );
  contains(content, "export const aType: MessageType<A> = esMessageType(ASchema);");
  contains(content, "export const aType$1: MessageType<A$1> = esMessageType(ASchema$1);");
  contains(content, 'import { EmptySchema } from "@bufbuild/protobuf/wkt";');
});
