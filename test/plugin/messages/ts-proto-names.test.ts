import assert from "node:assert/strict";
import { test } from "node:test";
import { create, createFileRegistry, type DescMessage } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { tsProtoModule, tsProtoName } from "../../../plugin/src/messages/ts-proto.js";
import { filesOf, request, runPlugin } from "../support/generate.js";

const protos = {
  "names.proto": `
    syntax = "proto3";
    message Plain { message Inner { message Deep {} } message Date {} }
    message Date { message Inner {} }
    message Function {}
    message snake_msg { message inner_msg {} }
    message SNAKE_UPPER {}
    message Mixed_Case {}
    message trailing_ {}
    message _leading {}
    message two__underscores {}
    message digits_1_2a {}
    message lower {}
  `,
  "deep/er/file.name.v1.proto": `
    syntax = "proto3";
    package deep.er;
    message Plain {}
  `,
};

test("message names and modules are those that ts-proto writes", () => {
  const input = request(
    protos,
    "esModuleInterop=true,importSuffix=.js,outputTypeAnnotations=static-only",
  );
  const written = filesOf(runPlugin("protoc-gen-ts_proto", input).file);
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: input.protoFile }));
  const messages: DescMessage[] = [];
  for (const name of Object.keys(protos)) {
    const file = registry.getFile(name);
    assert.ok(file);
    messages.push(...[...nestedTypes(file)].filter((type) => type.kind === "message"));
  }
  assert.equal(messages.length, 17);
  for (const message of messages) {
    const source =
      written[tsProtoModule(message.file).replace(/^\.\//, "").replace(/\.js$/, ".ts")];
    assert.ok(
      source,
      `ts-proto wrote no ${tsProtoModule(message.file)}, but ${Object.keys(written)}`,
    );
    // The codec names the message that it belongs to.
    const codec = source.match(
      new RegExp(
        `^export const ${tsProtoName(message)}: MessageFns<[\\w, ".$]+> = \\{\\s+\\$type: "([\\w.]+)"`,
        "m",
      ),
    );
    assert.equal(codec?.[1], message.typeName, `ts-proto exports no ${tsProtoName(message)}`);
  }
});
