import assert from "node:assert/strict";
import { test } from "node:test";
import { contains, output, reactorOf } from "./output.js";

test("handlers are named after messages, or as annotated", () => {
  const content = output(`
    message lower {}
    message snake_case {}
    message Outer { message Inner {} }
    message Named { option (dividere.v1.message) = { handler: "onNamed" }; }
    service S {
      rpc One(lower) returns (lower);
      rpc Two(snake_case) returns (lower);
      rpc Three(Outer.Inner) returns (lower);
      rpc Four(Named) returns (lower);
    }`);
  assert.deepEqual(reactorOf(content).match(/(?<=abstract )\w+(?=\()/g), [
    "handleLower",
    "handleSnake_case",
    "handleInner",
    "onNamed",
  ]);
  contains(
    content,
    '    Two: { path: "S/Two", handler: "handleSnake_case", request: snakeCase, response: lower },',
  );
  contains(
    content,
    '    Four: { path: "S/Four", handler: "onNamed", request: Named, response: lower },',
  );
});

test("methods that would replace a member of their class end in a dollar sign", () => {
  const names = ["Close", "Call", "Constructor", "then", "Endpoints", "Send", "Delete", "_", "_1"];
  const content = output(
    `${names.map((_, i) => `message M${i} {}`).join("\n")}\nservice S {\n${names.map((name, i) => `rpc ${name}(M${i}) returns (M0);`).join("\n")}\n}`,
  );
  assert.deepEqual(content.match(/(?<=^ {2})[\w$]+(?=\(msg)/gm), [
    "close$",
    "call$",
    "constructor$",
    "then$",
    "endpoints$",
    "send",
    "delete",
    "_$",
    "_1$",
  ]);
});

test("a message with the name of a symbol that generated code uses is imported under another name", () => {
  const content = output(`
    message msg {}
    message options {}
    message RequestClient {}
    message SRequest {}
    service S {
      rpc One(msg) returns (options);
      rpc Two(RequestClient) returns (SRequest);
    }`);
  contains(
    content,
    'import { msg as msg$1, options as options$1, RequestClient, SRequest as SRequest$1 } from "./a.js";',
  );
  contains(content, "export class SRequest extends RequestClient$1 {");
  contains(
    content,
    "  one(msg: MessageInit<msg$1>, options?: CallOptions): Promise<options$1> {",
    "    return this.callUnary(sDefinition.rpcs.One, msg, options);",
  );
});

test("beside a message named Promise, generated code uses globalThis.Promise", () => {
  const content = output("message Promise {}\nservice S { rpc One(Promise) returns (Promise); }");
  contains(
    content,
    "  one(msg: MessageInit<Promise>, options?: CallOptions): globalThis.Promise<Promise> {",
  );
  contains(
    content,
    "/* eslint-disable */",
    "// biome-ignore-all lint/suspicious/noShadowRestrictedNames:",
  );
});

test("messages of one name from several packages get different names", () => {
  const content = output(
    'import "b/v1/b.proto";\nmessage A {}\nservice S { rpc One(A) returns (b.v1.A); }',
    "",
    {
      "b/v1/b.proto": 'syntax = "proto3";\npackage b.v1;\nmessage A {}',
    },
  );
  contains(content, 'import { A } from "./a.js";', 'import { A as A$1 } from "./b/v1/b.js";');
  contains(content, "  one(msg: MessageInit<A>, options?: CallOptions): Promise<A$1> {");
});
