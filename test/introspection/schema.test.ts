import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  create,
  createFileRegistry,
  type FileRegistry,
  fromBinary,
  fromJson,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { type ServiceDefinition, ServiceReactor } from "dividere/codegen";
import { IntrospectionClient } from "dividere/introspection";
import { DynamicClient, Reactors, rawType } from "dividere/messaging";
import { annotations } from "../../runtime/src/messaging/introspection/annotations.js";
import { protobufEs } from "../calls/peers/es.js";
import { tsProto } from "../calls/peers/ts-proto.js";
import { Msg01 } from "../gen/plain.js";
import { Greeter, soon } from "../messaging/reactor/greeter.js";
import { ShopReactor } from "../messaging/stream/shop.js";
import { request } from "../plugin/support/generate.js";

const local = "tcp://127.0.0.1:*";

async function setOf(endpoints: string | readonly string[]) {
  await using client = new IntrospectionClient(endpoints, soon);
  return fromBinary(FileDescriptorSetSchema, await client.schema());
}

/** Checks that each file comes after its imports, and once; gives the names. */
function checkOrder(files: readonly { readonly name: string; readonly dependency: string[] }[]) {
  const seen = new Set<string>();
  for (const { name, dependency } of files) {
    assert.ok(!seen.has(name), `${name} comes twice`);
    for (const each of dependency) assert.ok(seen.has(each), `${each} is missing before ${name}`);
    seen.add(name);
  }
  return [...seen];
}

/** Calls an rpc that is known from a schema alone, with JSON. */
async function callAsJson(
  registry: FileRegistry,
  endpoints: string | readonly string[],
  [service, name]: readonly [service: string, name: string],
  json: object,
): Promise<unknown> {
  const method = registry.getService(service)?.methods.find((each) => each.name === name);
  assert.ok(method, `the schema has no ${service}/${name}`);
  await using client = new DynamicClient(endpoints, soon);
  const rpc = {
    path: `${service}/${name}`,
    request: rawType(method.input.typeName),
    response: rawType(method.output.typeName),
  };
  const bytes = toBinary(method.input, fromJson(method.input, json as never));
  return toJson(method.output, fromBinary(method.output, await client.unary(rpc, bytes)));
}

describe("a schema", () => {
  test("is complete: with it a program without generated code makes a call", async () => {
    await using reactor = new Greeter({ serve: local });
    const { file } = await setOf(reactor.endpoints);
    assert.deepEqual(checkOrder(file), [
      "google/protobuf/descriptor.proto",
      "dividere/v1/options.proto",
      "google/protobuf/empty.proto",
      "plain.proto",
    ]);
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file }));
    const answer = await callAsJson(registry, reactor.endpoints, ["Greeter", "Reverse"], {
      field1: "abc",
    });
    assert.deepEqual(answer, { field1: "abc" });
  });

  for (const codec of [tsProto, protobufEs]) {
    test(`comes from a service with the messages of ${codec.name}`, async () => {
      await using server = codec.serve(local);
      const set = await setOf(server.endpoints);
      assert.deepEqual(checkOrder(set.file).slice(-1), ["calls/v1/interop.proto"]);
      const answer = await callAsJson(
        createFileRegistry(set),
        server.endpoints,
        ["calls.v1.TestService", "UnaryCall"],
        { responseSize: 3 },
      );
      assert.deepEqual(answer, { payload: { body: "AAAA" } });
    });
  }

  test("has the files of all services that have one, each file once", async () => {
    class Again extends ServiceReactor {
      constructor() {
        const { _service } = new Greeter() as unknown as { _service: ServiceDefinition };
        const rpcs = { Do: { path: "Again/Do", handler: "do", request: Msg01, response: Msg01 } };
        super({ typeName: "Again", name: "again", rpcs, schema: `${_service.schema}` });
      }
      do(msg: Msg01): Msg01 {
        return msg;
      }
    }
    const services = [new Greeter(), new Again(), new ShopReactor()];
    await using server = new Reactors({ serve: local }, services);
    assert.deepEqual(checkOrder((await setOf(server.endpoints)).file).slice(-1), ["plain.proto"]);
  });

  test("is not there for code that was generated without it, and the error says so", async () => {
    await using reactor = new ShopReactor({ serve: local });
    await using client = new IntrospectionClient(reactor.endpoints, soon);
    await assert.rejects(client.schema(), {
      status: "NOT_FOUND",
      message: /^The code of shop\.Shop was generated without its schema; .*reflection=false$/,
    });
  });

  test("that does not parse fails the request alone, and each time", async () => {
    const definition: ServiceDefinition = {
      typeName: "Broken",
      name: "broken",
      rpcs: { Do: { path: "Broken/Do", handler: "do", request: Msg01, response: Msg01 } },
      schema: Buffer.from([0x0a, 0x7f, 0x01]).toString("base64"),
    };
    class Broken extends ServiceReactor {
      readonly errors: Error[] = [];
      do(msg: Msg01): Msg01 {
        return msg;
      }
      override onError(error: Error): void {
        this.errors.push(error);
      }
    }
    await using reactor = new Broken(definition, { serve: local });
    await using client = new IntrospectionClient(reactor.endpoints, soon);
    for (let i = 0; i < 2; i++) {
      await assert.rejects(client.schema(), { status: "HANDLER_FAILED" });
    }
    assert.equal(reactor.errors.length, 2);
    assert.equal((await client.describe()).services[0]?.typeName, "Broken");
  });
});

test("the annotations in the runtime are those of the proto file", () => {
  const protos = {
    "a.proto": `syntax = "proto3"; import "dividere/v1/options.proto"; message A {}
      service S { rpc Do(A) returns (A) { option (dividere.v1.method) = {handler: "onDo"}; } }`,
  };
  const file = request(protos).protoFile.find(({ name }) => name === "dividere/v1/options.proto");
  assert.ok(file);
  delete file.sourceCodeInfo;
  assert.equal(
    annotations,
    Buffer.from(toBinary(FileDescriptorProtoSchema, file)).toString("base64"),
  );
});
