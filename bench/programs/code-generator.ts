import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  CodeGeneratorRequestSchema,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import type { Program } from "../harness/starts.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const modules = join(root, "node_modules");

/** The size of a plugin's input. */
export interface Schema {
  readonly files: number;
  /** In each file. */
  readonly messages: number;
  /** In each file. */
  readonly services: number;
}

/** A plugin, as protoc and buf run it. */
export interface Plugin {
  readonly name: string;
  readonly executable: string;
  readonly parameter: string;
}

export const ours: Plugin = {
  name: "protoc-gen-dividere",
  executable: join(root, "plugin", "bin", "protoc-gen-dividere.js"),
  parameter: "",
};
export const oursForEs: Plugin = {
  ...ours,
  name: "protoc-gen-dividere, codec=es",
  parameter: "codec=es",
};
export const protocGenEs: Plugin = {
  name: "protoc-gen-es",
  executable: join(modules, "@bufbuild", "protoc-gen-es", "bin", "protoc-gen-es"),
  parameter: "target=ts",
};
export const tsProto: Plugin = {
  name: "ts-proto",
  executable: join(modules, "ts-proto", "protoc-gen-ts_proto"),
  parameter: "esModuleInterop=true,outputServices=false",
};

/** The least that a plugin on protobuf-es costs: node, its start, and reading the request. */
export function leastPlugin(script: string): Plugin {
  return { name: "node and protobuf-es, reading the request", executable: script, parameter: "" };
}

/** The source of {@link leastPlugin}'s script. */
export const leastSource: string = `import { fromBinary } from ${JSON.stringify(import.meta.resolve("@bufbuild/protobuf"))};
import { CodeGeneratorRequestSchema } from ${JSON.stringify(import.meta.resolve("@bufbuild/protobuf/wkt"))};
import { readFileSync } from "node:fs";
fromBinary(CodeGeneratorRequestSchema, readFileSync(0));
`;

/** One run of a plugin, from the start of its process to its end. */
export function generating(
  plugin: Plugin,
  schema: Schema,
  nodeOptions: readonly string[] = [],
): Program {
  const input = requestBytes(schema, plugin.parameter);
  return {
    name: plugin.name,
    run: () => {
      const started = performance.now();
      const { status, stderr } = spawnSync(process.execPath, [...nodeOptions, plugin.executable], {
        input,
        maxBuffer: 2 ** 30,
      });
      const tookMs = performance.now() - started;
      if (status !== 0) throw new Error(`${plugin.executable} failed:\n${stderr}`);
      return tookMs;
    },
  };
}

function requestBytes({ files, messages, services }: Schema, parameter: string): Uint8Array {
  const protoFile = Array.from({ length: files }, (_, index) => fileOf(index, messages, services));
  const fileToGenerate = protoFile.map(({ name }) => name);
  const request = create(CodeGeneratorRequestSchema, { parameter, protoFile, fileToGenerate });
  return toBinary(CodeGeneratorRequestSchema, request);
}

/** Each service has a rpc for every second message; each message eight fields of several kinds. */
function fileOf(index: number, messages: number, services: number): FileDescriptorProto {
  const packageName = `bench.p${index}`;
  const { DOUBLE, INT32, INT64, STRING, BYTES, BOOL, MESSAGE } = FieldDescriptorProto_Type;
  const types = [STRING, INT32, INT64, DOUBLE, BOOL, BYTES, STRING, MESSAGE];
  return create(FileDescriptorProtoSchema, {
    name: `bench/p${index}/file.proto`,
    package: packageName,
    syntax: "proto3",
    messageType: Array.from({ length: messages }, (_, m) => ({
      name: `Message${m}`,
      field: types.map((type, f) => ({
        name: `field_${f}`,
        jsonName: `field${f}`,
        number: f + 1,
        type,
        label: f === 6 ? FieldDescriptorProto_Label.REPEATED : FieldDescriptorProto_Label.OPTIONAL,
        ...(type === MESSAGE && { typeName: `.${packageName}.Message${(m + 1) % messages}` }),
      })),
    })),
    service: Array.from({ length: services }, (_, s) => ({
      name: `Bench${s}`,
      method: Array.from({ length: messages / 2 }, (_, m) => ({
        name: `Call${m}`,
        inputType: `.${packageName}.Message${2 * m}`,
        outputType: `.${packageName}.Message${2 * m + 1}`,
      })),
    })),
  });
}
