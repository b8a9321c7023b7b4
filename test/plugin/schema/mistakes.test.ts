import assert from "node:assert/strict";
import { test } from "node:test";
import { refusal } from "../support/generate.js";

const head =
  'syntax = "proto3";\nimport "dividere/v1/options.proto";\nimport "google/protobuf/empty.proto";\n';

/** Each schema begins on line 4 of its file. */
const mistakes: { title: string; proto: string; says: string }[] = [
  {
    title: "a published rpc that returns a message",
    proto:
      "message A {}\nservice S {\n  rpc One(A) returns (A) {\n    option (dividere.v1.method) = { pattern: PUBLISH };\n  }\n}",
    says: 'a.proto:6:23: rpc One is published, so nobody answers it with A; make it return google.protobuf.Empty, or drop "pattern: PUBLISH"',
  },
  {
    title: "a published rpc whose request streams",
    proto:
      "message A {}\nservice S {\n  rpc One(stream A) returns (google.protobuf.Empty) {\n    option (dividere.v1.method) = { pattern: PUBLISH };\n  }\n}",
    says: 'a.proto:6:18: rpc One is published, which is a stream of events as it is; drop "stream", or drop "pattern: PUBLISH"',
  },
  {
    title: "a published rpc whose response streams",
    proto:
      "message A {}\nservice S {\n  rpc One(A) returns (stream google.protobuf.Empty) {\n    option (dividere.v1.method) = { pattern: PUBLISH };\n  }\n}",
    says: 'a.proto:6:30: rpc One is published, which is a stream of events as it is; drop "stream", or drop "pattern: PUBLISH"',
  },
  {
    title: "two defaults for one message",
    proto:
      "message A {}\nservice S {\n  rpc One(A) returns (A) { option (dividere.v1.method).default = true; }\n  rpc Two(A) returns (stream A) { option (dividere.v1.method).default = true; }\n}",
    says: 'a.proto:7:35: rpc Two is the default for A, as rpc One is (a.proto:6:28); drop "default: true" from one of them',
  },
  {
    title: "two messages annotated with one handler",
    proto:
      'message A { option (dividere.v1.message).handler = "onAny"; }\nmessage B { option (dividere.v1.message).handler = "onAny"; }\nservice S {\n  rpc One(A) returns (A);\n  rpc Two(B) returns (A);\n}',
    says: 'a.proto:5:1: handler "onAny" of message B is that of message A as well (a.proto:4:1); give one of them another name',
  },
  {
    title: "two rpcs annotated with one handler",
    proto:
      'message A {}\nservice S {\n  rpc One(A) returns (A) { option (dividere.v1.method).handler = "onA"; }\n  rpc Two(A) returns (A) { option (dividere.v1.method).handler = "onA"; }\n}',
    says: 'a.proto:7:28: handler "onA" of rpc Two is that of rpc One as well (a.proto:6:28); give one of them another name',
  },
  {
    title: "a handler annotated on an rpc that is no method name",
    proto:
      'message A {}\nservice S {\n  rpc One(A) returns (A) { option (dividere.v1.method) = { handler: "1st" }; }\n}',
    says: 'a.proto:6:60: handler "1st" of rpc One is no name for a method; use letters, digits, "_" and "$"',
  },
  {
    title: "a handler annotated on an rpc that the reactor needs itself",
    proto:
      'message A {}\nservice S {\n  rpc One(A) returns (A) { option (dividere.v1.method) = { handler: "stop" }; }\n}',
    says: 'a.proto:6:60: handler "stop" of rpc One would replace a member of the reactor; choose another name',
  },
  {
    title: "an annotated handler that is no method name",
    proto:
      'message A {\n  option (dividere.v1.message) = { handler: "on a" };\n}\nservice S {\n  rpc One(A) returns (A);\n}',
    says: 'a.proto:4:1: handler "on a" of message A is no name for a method; use letters, digits, "_" and "$"',
  },
  {
    title: "an annotated handler that the reactor needs itself",
    proto:
      'message A {\n  option (dividere.v1.message) = { handler: "stop" };\n}\nservice S {\n  rpc One(A) returns (A);\n}',
    says: 'a.proto:4:1: handler "stop" of message A would replace a member of the reactor; choose another name',
  },
];

for (const { title, proto, says } of mistakes) {
  test(`${title}: refused with its position`, () => {
    assert.equal(refusal({ "a.proto": head + proto }), says);
  });
}

test("all mistakes of all files are named at once, in the order of the source", () => {
  const proto = `message A {}
message B {}
service S {
  rpc One(A) returns (A) { option (dividere.v1.method).pattern = PUBLISH; }
  rpc Two(B) returns (stream A) { option (dividere.v1.method).pattern = PUBLISH; }
}`;
  assert.deepEqual(
    refusal({
      "b.proto": head.replace("\n", "\npackage b;\n") + proto,
      "a.proto": head + proto,
    })
      .split("\n")
      .map((line) => line.split(",")[0]),
    [
      "a.proto:7:23: rpc One is published",
      "a.proto:8:30: rpc Two is published",
      "b.proto:8:23: rpc One is published",
      "b.proto:9:30: rpc Two is published",
    ],
  );
});

test("one mistake that two services lead to is named once", () => {
  const proto =
    'message A { option (dividere.v1.message).handler = "1st"; }\nservice S {\n  rpc One(A) returns (A);\n}\nservice T {\n  rpc One(A) returns (A);\n}';
  assert.equal(refusal({ "a.proto": head + proto }).split("\n").length, 1);
});
