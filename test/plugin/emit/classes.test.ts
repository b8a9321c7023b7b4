import assert from "node:assert/strict";
import { test } from "node:test";
import { generate } from "../support/generate.js";
import { both, classes, contains, output } from "./output.js";

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

test("a trailing Service is dropped from a name, unless the name is Service alone", () => {
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
    'import { checkContract, lookup, RequestClient, Service, ServiceReactor as ServiceReactor$1 } from "dividere/codegen";',
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

test("a client can be looked up by its service's name", () => {
  const content = output("message A {}\nservice S { rpc One(A) returns (A); }");
  contains(
    content,
    "  static lookup(options?: LookupOptions): Promise<SRequest> {",
    "    return lookup(SRequest, sDefinition, options);",
  );
});

test("only the requested classes are written, and the code that they need", () => {
  const content = output(both, "classes=subscriber+publisher");
  assert.deepEqual(classes(content), ["SPublisher", "SSubscriber"]);
  assert.doesNotMatch(output(both, "classes=subscriber"), /Definition/);
  assert.deepEqual(classes(output(both, "classes=service")), ["SService"]);
  assert.deepEqual(
    generate(
      { "a.proto": 'syntax = "proto3"; message A {} service S { rpc One(A) returns (A); }' },
      "classes=publisher",
    ),
    {},
  );
});
