import assert from "node:assert/strict";
import { test } from "node:test";
import { generate, refusal } from "../support/generate.js";

const service = "service S { rpc R(Rr) returns (Rr); }";

/** The message Rr begins on line 2. */
const refused: { title: string; head: string; body: string; says: string }[] = [
  {
    title: "presence in an edition",
    head: 'edition = "2023";',
    body: "message Rr { int32 a = 1; }",
    says: "a.proto:2:14: field Rr.a has field_presence = EXPLICIT, and ts-proto leaves it out when it is set to its default; set features.field_presence = IMPLICIT, or generate with codec=es",
  },
  {
    title: "presence in proto2",
    head: 'syntax = "proto2";',
    body: "message Rr { optional string a = 1 [default = 'x']; }",
    says: "a.proto:2:14: field Rr.a has field_presence = EXPLICIT, and ts-proto leaves it out when it is set to its default; declare it in a proto3 file, or generate with codec=es",
  },
  {
    title: "a required field",
    head: 'syntax = "proto2";',
    body: "message Rr { required string a = 1; }",
    says: "a.proto:2:14: field Rr.a is required (field_presence = LEGACY_REQUIRED), and ts-proto leaves a required field out when it is empty; declare it in a proto3 file, or generate with codec=es",
  },
  {
    title: "a required field in an edition",
    head: 'edition = "2023";',
    body: "message Rr { string a = 1 [features.field_presence = LEGACY_REQUIRED]; }",
    says: "a.proto:2:14: field Rr.a is required (field_presence = LEGACY_REQUIRED), and ts-proto leaves a required field out when it is empty; set features.field_presence = IMPLICIT, or generate with codec=es",
  },
  {
    title: "a delimited message",
    head: 'edition = "2023";',
    body: "message Rr { Rr a = 1 [features.message_encoding = DELIMITED]; }",
    says: "a.proto:2:14: field Rr.a has message_encoding = DELIMITED, and ts-proto writes it length-prefixed; set features.message_encoding = LENGTH_PREFIXED, or generate with codec=es",
  },
  {
    title: "a closed enum",
    head: 'syntax = "proto2";',
    body: "message Rr { repeated Ee a = 1; } enum Ee { ZZ = 0; }",
    says: "a.proto:2:14: field Rr.a is of Ee with enum_type = CLOSED, and ts-proto keeps values that a closed enum does not have; declare it in a proto3 file, or generate with codec=es",
  },
  {
    title: "a closed enum in a map",
    head: 'edition = "2023";',
    body: "message Rr { map<string, Ee> a = 1; } enum Ee { option features.enum_type = CLOSED; ZZ = 1; }",
    says: "a.proto:2:14: field Rr.a is of Ee with enum_type = CLOSED, and ts-proto keeps values that a closed enum does not have; set features.enum_type = OPEN, or generate with codec=es",
  },
  {
    title: "a message set",
    head: 'syntax = "proto2";',
    body: "message Rr { option message_set_wire_format = true; extensions 4 to max; }",
    says: "a.proto:2:1: message Rr has message_set_wire_format, which ts-proto does not know; drop it, or generate with codec=es",
  },
];

for (const { title, head, body, says } of refused) {
  test(`${title} is refused with its position`, () => {
    assert.equal(refusal({ "a.proto": `${head}\n${body}\n${service}` }), says);
  });
}

const accepted: Record<string, string> = {
  "proto2 that means what proto3 means": `syntax = "proto2";
    message Rr { repeated int32 a = 1; repeated int32 b = 2 [packed = true]; repeated string c = 3; optional Rr d = 4;
      map<string, int32> e = 5; oneof f { int32 g = 6; string h = 7; } optional group I = 8 { repeated bytes j = 1; } }`,
  "an edition that means what proto3 means": `edition = "2023";
    option features.field_presence = IMPLICIT;
    message Rr { int32 a = 1; Ee b = 2; repeated int32 c = 3; Rr d = 4; oneof e { int32 f = 6; } map<int32, Rr> g = 7; }
    enum Ee { ZZ = 0; }`,
  "an edition whose fields say so themselves": `edition = "2023";
    message Rr { int32 a = 1 [features.field_presence = IMPLICIT]; repeated int32 b = 2 [features.repeated_field_encoding = EXPANDED]; }`,
  "proto3 with optional and unpacked fields": `syntax = "proto3";
    message Rr { optional int32 a = 1; repeated int32 b = 2 [packed = false]; }`,
  "what no rpc leads to": `edition = "2023"; message Rr {} message Other { int32 a = 1; }`,
};
for (const [title, source] of Object.entries(accepted)) {
  test(`${title} is accepted`, () => {
    assert.deepEqual(Object.keys(generate({ "a.proto": `${source}\n${service}` })), [
      "a_dividere.ts",
    ]);
  });
}

test("a field deep in another file is found", () => {
  assert.match(
    refusal({
      "a.proto": `syntax = "proto3"; import "b.proto"; message Rr { repeated b.Outer a = 1; } ${service}`,
      "b.proto":
        'edition = "2023"; package b;\nmessage Outer { map<string, Deep> a = 1; }\nmessage Deep { Outer up = 1; bool flag = 2; }',
    }),
    /^b\.proto:3:30: field b\.Deep\.flag has field_presence = EXPLICIT/,
  );
});
