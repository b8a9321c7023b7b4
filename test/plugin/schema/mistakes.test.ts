import assert from "node:assert/strict";
import { test } from "node:test";
import { refusal } from "../support/generate.js";

const head =
  'syntax = "proto3";\nimport "dividere/v1/options.proto";\nimport "google/protobuf/empty.proto";\n';

/** Each schema begins on line 4 of its file. */
const mistakes: { title: string; proto: string; says: string }[] = [
  {
    title: "two rpcs with one request type",
    proto: "message A {}\nservice S {\n  rpc One(A) returns (A);\n  rpc Two(A) returns (A);\n}",
    says: "a.proto:7:11: rpc Two takes A, as rpc One does (a.proto:6:11), and an envelope names only the message; give one of them a message of its own",
  },
  {
    title: "a published rpc that returns a message",
    proto:
      "message A {}\nservice S {\n  rpc One(A) returns (A) {\n    option (dividere.v1.method) = { pattern: PUBLISH };\n  }\n}",
    says: 'a.proto:6:23: rpc One is published, so nobody answers it with A; make it return google.protobuf.Empty, or drop "pattern: PUBLISH"',
  },
  {
    title: "a request that streams",
    proto: "message A {}\nservice S {\n  rpc One(stream A) returns (A);\n}",
    says: 'a.proto:6:18: rpc One streams, which dividere does not do yet; drop "stream", or publish the messages with option (dividere.v1.method) = { pattern: PUBLISH }',
  },
  {
    title: "a response that streams",
    proto: "message A {}\nservice S {\n  rpc One(A) returns (stream A);\n}",
    says: 'a.proto:6:30: rpc One streams, which dividere does not do yet; drop "stream", or publish the messages with option (dividere.v1.method) = { pattern: PUBLISH }',
  },
  {
    title: "two messages with one handler name",
    proto:
      "message Outer { message A {} }\nmessage A {}\nservice S {\n  rpc One(A) returns (A);\n  rpc Two(Outer.A) returns (A);\n}",
    says: 'a.proto:8:11: rpc Two is handled by handleA, as rpc One is (a.proto:7:11); add option (dividere.v1.message) = { handler: "…" } to Outer.A (a.proto:4:17) or to A (a.proto:5:1)',
  },
  {
    title: "two messages that differ in the case of their first letter",
    proto:
      "message thing {}\nmessage Thing {}\nservice S {\n  rpc One(thing) returns (Thing);\n  rpc Two(Thing) returns (thing);\n}",
    says: 'a.proto:8:11: rpc Two is handled by handleThing, as rpc One is (a.proto:7:11); add option (dividere.v1.message) = { handler: "…" } to Thing (a.proto:5:1) or to thing (a.proto:4:1)',
  },
  {
    title: "rpcs that become one method",
    proto:
      "message A {}\nmessage B {}\nservice S {\n  rpc get_thing(A) returns (A);\n  rpc GetThing(B) returns (A);\n}",
    says: "a.proto:8:3: rpc GetThing becomes method getThing, as rpc get_thing does (a.proto:7:3); rename one of them",
  },
  {
    title: "services that become one class",
    proto:
      "message A {}\nservice Greeter {\n  rpc One(A) returns (A);\n}\nservice GreeterService {\n  rpc One(A) returns (A);\n}",
    says: "a.proto:8:1: service GreeterService becomes GreeterReactor, as service Greeter does (a.proto:5:1); rename one of them, or move it to a file of its own",
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
  const proto =
    "message A {}\nservice S {\n  rpc One(A) returns (stream A);\n  rpc Two(A) returns (A);\n}";
  assert.deepEqual(
    refusal({
      "b.proto": `syntax = "proto3";\npackage b;\n${proto}`,
      "a.proto": `syntax = "proto3";\n${proto}`,
    })
      .split("\n")
      .map((line) => line.split(";")[0]?.slice(0, 30)),
    [
      "a.proto:4:30: rpc One streams,",
      "a.proto:5:11: rpc Two takes A,",
      "b.proto:5:30: rpc One streams,",
      "b.proto:6:11: rpc Two takes A,",
    ],
  );
});

test("one published and one requested rpc may share a method name: they are on different classes", () => {
  const proto = `message A {}\nmessage B {}\nservice S {
    rpc get_thing(A) returns (A);
    rpc GetThing(B) returns (google.protobuf.Empty) { option (dividere.v1.method) = { pattern: PUBLISH }; }
  }`;
  assert.throws(() => refusal({ "a.proto": head + proto }), /nothing was refused/);
});
