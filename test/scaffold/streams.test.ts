import assert from "node:assert/strict";
import { test } from "node:test";
import { plugin } from "../../plugin/src/plugin.js";
import { compileErrors, strictest } from "../plugin/support/compile.js";
import { filesOf, request, runPlugin, tsProtoParameter } from "../plugin/support/generate.js";
import { ScaffoldProject } from "./scaffold-project.js";

const proto = `syntax = "proto3";
import "dividere/v1/options.proto";
import "google/protobuf/empty.proto";
message ListReq { string query = 1; }
message Item { string name = 1; }
message Reading { int32 value = 1; }
message Total { int32 value = 1; }
message AsyncIterable { string text = 1; }
service Shop {
  option (dividere.v1.service) = { handlers: BY_RPC };
  rpc List(ListReq) returns (stream Item);
  rpc Upload(stream Reading) returns (Total);
  rpc Chat(stream AsyncIterable) returns (stream AsyncIterable);
  rpc Ping(google.protobuf.Empty) returns (google.protobuf.Empty);
}
`;

/** The class that is written, with the handlers of the streams and of a message that has a name of the language. */
const written = `export class MyShop extends ShopReactor {
  async *handleList(_msg: ListReq): AsyncIterable<Item> {
    throw new RequestError("UNIMPLEMENTED", "List is not implemented yet");
  }

  async handleUpload(_msgs: AsyncIterable<Reading>): Promise<Total> {
    throw new RequestError("UNIMPLEMENTED", "Upload is not implemented yet");
  }

  async *handleChat(_msgs: AsyncIterable<AsyncIterable$1>): AsyncIterable<AsyncIterable$1> {
    throw new RequestError("UNIMPLEMENTED", "Chat is not implemented yet");
  }

  async handlePing(_msg: Empty): Promise<Empty> {
    throw new RequestError("UNIMPLEMENTED", "Ping is not implemented yet");
  }
}
`;

/** The generated reactor and its messages, by their paths below `gen`. */
function generated(codec: "ts-proto" | "es"): Record<string, string> {
  const input = request({ "shop.proto": proto }, `codec=${codec},classes=reactor`);
  const messages = codec === "es" ? "protoc-gen-es" : "protoc-gen-ts_proto";
  const parameter =
    codec === "es"
      ? "target=ts,import_extension=js,erasable_syntax=true"
      : `${tsProtoParameter},Mdividere/v1/options.proto=none`;
  const fileToGenerate =
    codec === "es" ? ["shop.proto", "dividere/v1/options.proto"] : input.fileToGenerate;
  const files = {
    ...filesOf(plugin.run(input).file),
    ...filesOf(
      runPlugin(messages, {
        ...input,
        parameter,
        fileToGenerate,
      }).file,
    ),
  };
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`gen/${path}`, text]));
}

for (const codec of ["ts-proto", "es"] as const) {
  test(`handlers of streams are async generators that compile, with codec=${codec}`, async () => {
    const files = generated(codec);
    using project = new ScaffoldProject({
      ...files,
      "tsconfig.json": JSON.stringify({ compilerOptions: { noUnusedParameters: true } }),
    });
    await project.scaffold();
    const text = project.read("my-shop.ts");
    assert.equal(text.slice(text.indexOf("export class")), written);
    const errors = [...compileErrors({ ...files, "my-shop.ts": text }, strictest)];
    // Unused declarations of the message generators are their own affair.
    assert.deepEqual(
      errors
        .map(([path, texts]) => [path, texts.filter((one) => !/^TS6\d{3}:/.test(one))] as const)
        .filter(([, texts]) => texts.length > 0),
      [],
    );
  });
}
