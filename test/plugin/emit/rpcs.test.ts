import assert from "node:assert/strict";
import { test } from "node:test";
import { contains, output, reactorOf } from "./output.js";

/** The handlers of a service with these lines, in proto order; messages A, B and Shared are there. */
function handlersOf(lines: string, more = ""): string[] {
  const content = output(
    `message A {}\nmessage B {}\nmessage Shared {}\n${more}\nservice S {\n${lines}\n}`,
  );
  return [...(reactorOf(content).match(/(?<=abstract )[\w$]+(?=\()/g) ?? [])];
}

const naming: { title: string; lines: string; more?: string; handlers: string[] }[] = [
  {
    title: "a message of one rpc names its handler, one of several does not",
    lines:
      "rpc One(Shared) returns (A);\nrpc Two(A) returns (A);\nrpc three_four(Shared) returns (A);",
    handlers: ["handleOne", "handleA", "handleThreeFour"],
  },
  {
    title: "an event and a request that share a message have names of their own",
    lines:
      "rpc One(Shared) returns (A);\nrpc Two(Shared) returns (google.protobuf.Empty) { option (dividere.v1.method).pattern = PUBLISH; }",
    handlers: ["handleOne", "handleTwo"],
  },
  {
    title: "messages of one short name leave the name to the rpcs",
    lines: "rpc One(A) returns (B);\nrpc Two(Outer.A) returns (B);\nrpc Three(B) returns (B);",
    more: "message Outer { message A {} }",
    handlers: ["handleOne", "handleTwo", "handleB"],
  },
  {
    title: "a message that has the name of an rpc with a shared message leaves it, and so on",
    lines:
      "rpc A(Shared) returns (.B);\nrpc B(.A) returns (.B);\nrpc C(.B) returns (.B);\nrpc D(Shared) returns (.B);",
    handlers: ["handleA", "handleB", "handleC", "handleD"],
  },
  {
    title:
      "an annotation on an rpc decides before one on its message, and keeps others off its name",
    lines:
      'rpc One(Named) returns (B) { option (dividere.v1.method).handler = "handleB"; }\nrpc Two(B) returns (B);\nrpc Three(Other) returns (B);',
    more: 'message Named { option (dividere.v1.message).handler = "onNamed"; }\nmessage Other { option (dividere.v1.message).handler = "onOther"; }',
    handlers: ["handleB", "handleTwo", "onOther"],
  },
  {
    title: "an annotation on a message that several rpcs take names none of their handlers",
    lines: "rpc One(Named) returns (B);\nrpc Two(Named) returns (B);",
    more: 'message Named { option (dividere.v1.message).handler = "onNamed"; }',
    handlers: ["handleOne", "handleTwo"],
  },
  {
    title: "BY_RPC names all handlers after rpcs but those that an rpc's annotation names",
    lines:
      'option (dividere.v1.service).handlers = BY_RPC;\nrpc One(A) returns (B);\nrpc Two(B) returns (B) { option (dividere.v1.method).handler = "two"; }',
    handlers: ["handleOne", "two"],
  },
  {
    title: "rpcs whose handlers would have one name are told apart in their order",
    lines:
      'rpc get_it(Shared) returns (B);\nrpc GetIt(Shared) returns (B);\nrpc getIt(Shared) returns (B);\nrpc Other(A) returns (B) { option (dividere.v1.method).handler = "handleGetIt$"; }',
    handlers: ["handleGetIt", "handleGetIt$$", "handleGetIt$$$", "handleGetIt$"],
  },
  {
    title: "a handler after its rpc replaces no member of the reactor",
    lines: "rpc shutdown_event(Shared) returns (B);\nrpc RediscoverReq(Shared) returns (B);",
    handlers: ["handleShutdownEvent$", "handleRediscoverReq$"],
  },
];

for (const { title, lines, more, handlers } of naming) {
  test(title, () => {
    assert.deepEqual(handlersOf(lines, more), handlers);
  });
}

test("rpcs that would become one method are told apart in their order, each class by itself", () => {
  const content = output(
    "message A {}\nservice S {\nrpc get_it(A) returns (A);\nrpc GetIt(A) returns (google.protobuf.Empty) { option (dividere.v1.method).pattern = PUBLISH; }\nrpc getIt(A) returns (A);\n}",
  );
  const methods = (name: string) =>
    content
      .match(new RegExp(`^export class ${name} .*?^}`, "ms"))?.[0]
      .match(/(?<=^ {2})[\w$]+(?=\(msg)/gm);
  assert.deepEqual(methods("SRequest"), ["getIt", "getIt$"]);
  assert.deepEqual(methods("SPublisher"), ["getIt"]);
});

test("an event names its rpc where another rpc publishes the message too", () => {
  const publish = "{ option (dividere.v1.method).pattern = PUBLISH; }";
  const content = output(
    `message A {}\nmessage B {}\nservice S {\nrpc One(A) returns (google.protobuf.Empty) ${publish}\nrpc Two(B) returns (google.protobuf.Empty) ${publish}\nrpc Three(B) returns (A);\nrpc Four(A) returns (google.protobuf.Empty) ${publish}\n}`,
  );
  contains(
    content,
    '    One: { path: "S/One", handler: "handleOne", request: A, shared: true },',
    '    Two: { path: "S/Two", handler: "handleTwo", request: B },',
    '    Three: { path: "S/Three", handler: "handleThree", request: B, response: A },',
    '    Four: { path: "S/Four", handler: "handleFour", request: A, shared: true },',
  );
});

test("an event that two rpcs publish is one event of the publisher and the subscriber", () => {
  const publish = "{ option (dividere.v1.method).pattern = PUBLISH; }";
  const content = output(
    `message A {}\nservice S {\nrpc One(A) returns (google.protobuf.Empty) ${publish}\nrpc Two(A) returns (google.protobuf.Empty) ${publish}\n}`,
  );
  contains(content, "export class SPublisher extends Publisher<A> {");
  contains(content, "    super(endpoint, [A], options);");
});

test("a member that every object has is no key of the definition", () => {
  const content = output(
    "message A {}\nservice S { rpc __proto__(A) returns (A); rpc toString(A) returns (stream A); }",
  );
  contains(
    content,
    '    __proto__$: { path: "S/__proto__", handler: "handleProto", request: A, response: A },',
    '    toString$: { path: "S/toString", kind: "serverStream", handler: "handleToString", request: A, response: A },',
  );
  contains(content, "    return this.callServerStream(sDefinition.rpcs.toString$, msg, options);");
});
