import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import {
  create,
  createFileRegistry,
  equals,
  fromBinary,
  toBinary,
  toJsonString,
} from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type FileDescriptorProto,
  FileDescriptorSetSchema,
  file_google_protobuf_empty,
} from "@bufbuild/protobuf/wkt";
import type { MessageType } from "dividere/codegen";
import fc from "fast-check";
import { tsProtoModule, tsProtoName } from "../../../plugin/src/messages/ts-proto.js";
import { plugin } from "../../../plugin/src/plugin.js";
import { reachableMessages } from "../../../plugin/src/schema/reachable.js";
import { TemporaryFolder } from "../../support/temporary-folder.js";
import { compileErrors, strictest } from "../support/compile.js";
import { filesOf, root, runPlugin, tsProtoParameter, write } from "../support/generate.js";
import { sample, zeros } from "../support/sample.js";
import { randomFile } from "./random-schema.js";

// Other schemas: FUZZ_SEED=2 FUZZ_RUNS=5000 npm test -- fuzz
const seed = Number(process.env["FUZZ_SEED"] ?? 1);
const runs = Number(process.env["FUZZ_RUNS"] ?? 300);

test(`the plugin fails on no schema except by reporting its mistakes (seed ${seed})`, () => {
  fc.assert(
    fc.property(randomFile("fuzz"), fc.constantFrom("", "codec=es"), (file, parameter) => {
      for (const line of refusalOf(requestOf([file], parameter))) {
        assert.match(line, /^fuzz\/a\.proto(:\d+:\d+)?: .+; .+|^and \d+ more like these$/);
      }
    }),
    { seed, numRuns: runs },
  );
});

for (const codec of ["ts-proto", "es"]) {
  test(`every accepted schema gives code that compiles, with codec=${codec} (seed ${seed})`, () => {
    const request = accepted(`codec=${codec}`);
    const generated = filesOf(plugin.run(request).file);
    const messages = filesOf(runPlugin(...messagePlugin(codec, request)).file);
    // A service without rpcs imports no messages, and nobody looks at them.
    const imported = Object.fromEntries(
      Object.entries(messages).filter(
        ([path]) =>
          !path.startsWith("fuzz/") ||
          /from "\.\/a(_pb)?\.js"/.test(
            generated[path.replace(/a(_pb)?\.ts$/, "a_dividere.ts")] ?? "",
          ),
      ),
    );
    const errors = [...compileErrors({ ...imported, ...generated }, strictest)].map(
      ([path, texts]) =>
        [path, texts.filter((text) => path in generated || !/^TS6\d{3}:/.test(text))] as const,
    );
    assert.deepEqual(
      errors.filter(([, texts]) => texts.length > 0),
      [],
    );
  });
}

test(`ts-proto's code follows every accepted schema on the wire (seed ${seed})`, async () => {
  const request = accepted("codec=ts-proto");
  using folder = new TemporaryFolder();
  symlinkSync(join(root, "node_modules"), join(folder.path, "node_modules"), "junction");
  write(folder.path, {
    ...filesOf(runPlugin(...messagePlugin("ts-proto", request)).file),
    "package.json": JSON.stringify({ type: "module" }),
  });
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: request.protoFile }));
  const services = request.fileToGenerate.flatMap((name) => registry.getFile(name)?.services ?? []);
  let compared = 0;
  for (const schema of reachableMessages(services)) {
    const path = join(folder.path, tsProtoModule(schema.file).replace(/\.js$/, ".ts"));
    const module = await import(pathToFileURL(path).href);
    const codec: MessageType<object> = module[tsProtoName(schema)];
    for (const message of [sample(schema), zeros(schema), create(schema)]) {
      const bytes = codec.encode(codec.decode(toBinary(schema, message))).finish();
      assert.ok(
        equals(schema, fromBinary(schema, bytes), message),
        `${schema.typeName}: ${toJsonString(schema, message)} became ${toJsonString(schema, fromBinary(schema, bytes))}`,
      );
      compared++;
    }
  }
  assert.ok(compared > runs / 10, `only ${compared} messages were compared`);
});

/** The schemas that are accepted, a package each, so that the message generator and the compiler are run once for all. */
function accepted(parameter: string): CodeGeneratorRequest {
  const files = Array.from({ length: runs }, (_, i) =>
    fc.sample(randomFile(`fuzz.p${i}`), { seed: seed + i, numRuns: 1 }),
  ).flat();
  const fine = files.filter((file) => refusalOf(requestOf([file], parameter)).length === 0);
  assert.ok(fine.length > runs / 20, `only ${fine.length} of ${runs} schemas were accepted`);
  return requestOf(fine, parameter);
}

function messagePlugin(
  codec: string,
  request: CodeGeneratorRequest,
): [string, CodeGeneratorRequest] {
  return codec === "es"
    ? [
        "protoc-gen-es",
        { ...request, parameter: "target=ts,import_extension=js,erasable_syntax=true" },
      ]
    : ["protoc-gen-ts_proto", { ...request, parameter: tsProtoParameter }];
}

/** The lines of the plugin's refusal; none when it refuses nothing. */
function refusalOf(request: CodeGeneratorRequest): string[] {
  const { error = "" } = plugin.run(request);
  return error === "" ? [] : error.split("\n");
}

function requestOf(files: readonly FileDescriptorProto[], parameter: string): CodeGeneratorRequest {
  return create(CodeGeneratorRequestSchema, {
    parameter,
    fileToGenerate: files.map(({ name }) => name),
    protoFile: [file_google_protobuf_empty.proto, ...files],
  });
}
