import assert from "node:assert/strict";
import { test } from "node:test";
import { generate, type Protos } from "./generate.js";

const imports =
  'syntax = "proto3";\nimport "dividere/v1/options.proto";\nimport "google/protobuf/empty.proto";\n';

/** What is generated for one proto file. */
function output(proto: string, parameter = "", others: Protos = {}): string {
  const content = generate({ "a.proto": imports + proto, ...others }, parameter)["a_dividere.ts"];
  assert.ok(content);
  return content;
}

/** Asserts that the lines stand in the output one after another. */
function contains(content: string, ...lines: string[]): void {
  assert.ok(content.includes(lines.join("\n")), `missing:\n${lines.join("\n")}\n\nin:\n${content}`);
}

/** The classes that the content exports. */
function classes(content: string): string[] {
  return [...content.matchAll(/^export (?:abstract )?class (\w+)/gm)].map(([, name = ""]) => name);
}

/** The first reactor in the content. */
function reactorOf(content: string): string {
  return content.match(/export abstract class \w+Reactor .*?^}/ms)?.[0] ?? "";
}

test("a service with requests only has no publisher and no subscriber", () => {
  const content = output("message A {}\nservice S { rpc One(A) returns (A); }");
  assert.deepEqual(classes(content), ["SRequest", "SReactor", "SService"]);
});

test("a service that only publishes has no request client", () => {
  const content = output(
    "message A {}\nservice S { rpc One(A) returns (google.protobuf.Empty) { option (dividere.v1.method) = { pattern: PUBLISH }; } }",
  );
  assert.deepEqual(classes(content), ["SPublisher", "SSubscriber", "SReactor"]);
});

test("a file without services gives no file", () => {
  assert.deepEqual(generate({ "a.proto": 'syntax = "proto3";\nmessage A {}' }), {});
});

test("Service is dropped from the end of a name, unless nothing would be left", () => {
  const content = output(
    "message A {}\nservice GreeterService { rpc One(A) returns (A); }\nservice Service { rpc One(A) returns (A); }",
  );
  assert.deepEqual(classes(content), [
    "GreeterRequest",
    "GreeterReactor",
    "GreeterService",
    "ServiceRequest",
    "ServiceReactor",
    "ServiceService",
  ]);
  contains(
    content,
    'import { lookup, RequestClient, Service, ServiceReactor as ServiceReactor$1 } from "dividere/codegen";',
  );
});

test("the name in the registry is the annotated one, and the full proto name otherwise", () => {
  contains(
    output(
      'message A {}\nservice S { option (dividere.v1.service) = { name: "s-1" }; rpc One(A) returns (A); }',
    ),
    '  typeName: "S",',
    '  name: "s-1",',
  );
  contains(
    output("package p.v1;\nmessage A {}\nservice S { rpc One(A) returns (A); }"),
    '  typeName: "p.v1.S",',
    '  name: "p.v1.S",',
  );
});

test("handlers are called after messages, or as annotated", () => {
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
    '    { name: "Two", handler: "handleSnake_case", request: snakeCase, response: lower },',
  );
  contains(content, '    { name: "Four", handler: "onNamed", request: Named, response: lower },');
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

test("a message named as something that generated code uses is imported under another name", () => {
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
    "  one(msg: msg$1, options?: CallOptions): Promise<options$1> {",
    "    return this.call(msg$1, options$1, msg, options);",
  );
});

test("a message named Promise leaves the global one to its full name", () => {
  const content = output("message Promise {}\nservice S { rpc One(Promise) returns (Promise); }");
  contains(content, "  one(msg: Promise, options?: CallOptions): globalThis.Promise<Promise> {");
  contains(
    content,
    "/* eslint-disable */",
    "// biome-ignore-all lint/suspicious/noShadowRestrictedNames:",
  );
});

test("messages of one name from several packages are told apart", () => {
  const content = output(
    'import "b/v1/b.proto";\nmessage A {}\nservice S { rpc One(A) returns (b.v1.A); }',
    "",
    {
      "b/v1/b.proto": 'syntax = "proto3";\npackage b.v1;\nmessage A {}',
    },
  );
  contains(content, 'import { A } from "./a.js";', 'import { A as A$1 } from "./b/v1/b.js";');
  contains(content, "  one(msg: A, options?: CallOptions): Promise<A$1> {");
});

test("well-known types come from where ts-proto writes them", () => {
  const content = generate({
    "x/y/a.proto": `${imports}service S { rpc One(google.protobuf.Empty) returns (google.protobuf.Empty); }`,
  })["x/y/a_dividere.ts"];
  contains(content ?? "", 'import { Empty } from "../../google/protobuf/empty.js";');
});

test("comments come along, and cannot end the comment that they stand in", () => {
  const content = output(`
    message A {}
    // Greets */ people.
    //
    //   as code
    service S {
      /**
       * Twice starred.
       */
      rpc One(A) returns (A); // Behind it.
    }`);
  contains(
    content,
    "/**",
    " * Calls the requests of `S`; any number of them may be in flight.",
    " *",
    " * Greets *\\/ people.",
    " *",
    " *   as code",
    " */",
    "export class SRequest",
  );
  contains(
    content,
    "  /**",
    "   * Twice starred.",
    "   *",
    "   * Behind it.",
    "   */",
    "  one(msg: A",
  );
});

test("what is deprecated in the proto is so in TypeScript", () => {
  const content = output(`
    message A {}
    message B {}
    service S { rpc One(A) returns (A) { option deprecated = true; } rpc Two(B) returns (A); }
    service Old { option deprecated = true; rpc Two(B) returns (A); }`);
  contains(content, "   * @deprecated", "   */", "  one(");
  contains(content, " * @deprecated", " */", "export class OldRequest");
  contains(content, " * @deprecated", " */", "export abstract class OldReactor");
  assert.equal(content.match(/@deprecated/g)?.length, 6);
});

test("the header names generator, version, parameters and source", () => {
  const content = output(
    "package p;\nmessage A {}\nservice S { rpc One(A) returns (A); }",
    "suffix=_dividere,import_extension=none",
  );
  assert.match(
    content,
    /^\/\/ @generated by protoc-gen-dividere v\d+\.\d+\.\d+ with parameter "suffix=_dividere,import_extension=none"\n\/\/ @generated from file a\.proto \(package p, syntax proto3\)\n/,
  );
  contains(content, 'import { A } from "./a";');
});

test("suffix names the file", () => {
  assert.deepEqual(
    Object.keys(
      generate(
        { "x/a.proto": `${imports}message A {}\nservice S { rpc One(A) returns (A); }` },
        "suffix=.dv",
      ),
    ),
    ["x/a.dv.ts"],
  );
});

test("a client can be looked up by its service's name", () => {
  const content = output("message A {}\nservice S { rpc One(A) returns (A); }");
  contains(
    content,
    "  static lookup(options?: LookupOptions): Promise<SRequest> {",
    "    return lookup(SRequest, sDefinition, options);",
  );
});

const both = `
  message A {}
  message B {}
  service S {
    rpc One(A) returns (A);
    rpc Two(B) returns (google.protobuf.Empty) { option (dividere.v1.method) = { pattern: PUBLISH }; }
  }`;

test("only the classes that are asked for are written, and what they need", () => {
  const content = output(both, "classes=subscriber+publisher");
  assert.deepEqual(classes(content), ["SPublisher", "SSubscriber"]);
  assert.doesNotMatch(content, /Definition/);
  assert.deepEqual(classes(output(both, "classes=service")), ["SService"]);
  assert.deepEqual(
    generate(
      { "a.proto": 'syntax = "proto3"; message A {} service S { rpc One(A) returns (A); }' },
      "classes=publisher",
    ),
    {},
  );
});

test("messages_path says where the messages are", () => {
  const at = (parameter: string) =>
    generate(
      { "x/a.proto": 'syntax = "proto3"; message A {} service S { rpc One(A) returns (A); }' },
      parameter,
    )["x/a_dividere.ts"] ?? "";
  contains(at("messages_path=../messages"), 'import { A } from "../../messages/x/a.js";');
  contains(at("messages_path=@acme/messages/"), 'import { A } from "@acme/messages/x/a.js";');
  contains(at("messages_path=.,import_extension=ts"), 'import { A } from "./a.ts";');
});

test("codec=es speaks the messages of protobuf-es", () => {
  const content = output(both, "codec=es");
  contains(
    content,
    'import type { A, B } from "./a_pb.js";',
    'import { ASchema, BSchema } from "./a_pb.js";',
  );
  contains(content, "export const aType: MessageType<A> = esMessageType(ASchema);");
  contains(content, '    { name: "Two", handler: "handleB", request: bType },');
  contains(content, "    return this.call(aType, aType, msg, options);");
});

test("codec=es takes what ts-proto would write wrong", () => {
  const protos = {
    "a.proto":
      'edition = "2023"; message delete { int32 a = 1; } service S { rpc One(delete) returns (delete); }',
  };
  contains(
    generate(protos, "codec=es")["a_dividere.ts"] ?? "",
    "  one(msg: delete$, options?: CallOptions): Promise<delete$> {",
  );
  assert.throws(() => generate(protos), /field delete\.a has field_presence = EXPLICIT/);
});

test("codec=es tells messages of one name from several packages apart", () => {
  const content = output(
    'import "b/v1/b.proto";\nmessage A {}\nservice S { rpc One(A) returns (b.v1.A); rpc Two(google.protobuf.Empty) returns (A); }',
    "codec=es",
    { "b/v1/b.proto": 'syntax = "proto3";\npackage b.v1;\nmessage A {}' },
  );
  contains(content, "export const aType: MessageType<A> = esMessageType(ASchema);");
  contains(content, "export const aType$1: MessageType<A$1> = esMessageType(ASchema$1);");
  contains(content, 'import { EmptySchema } from "@bufbuild/protobuf/wkt";');
});
