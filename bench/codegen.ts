// Measures code generation, beside protoc-gen-es and ts-proto in one run: `npm run bench -- codegen`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "dividere-bench-"));
const script = (name: string, source: string) => {
  writeFileSync(join(folder, name), source);
  return join(folder, name);
};

// The minimum cost of a plugin on protobuf-es: start node, load protobuf-es, and read the request.
const parse = script(
  "parse.mjs",
  `import { fromBinary } from ${JSON.stringify(import.meta.resolve("@bufbuild/protobuf"))};
import { CodeGeneratorRequestSchema } from ${JSON.stringify(import.meta.resolve("@bufbuild/protobuf/wkt"))};
import { readFileSync } from "node:fs";
fromBinary(CodeGeneratorRequestSchema, readFileSync(0));`,
);

const subjects: readonly { name: string; executable: string; parameter: string }[] = [
  { name: "node alone", executable: script("empty.mjs", ""), parameter: "" },
  { name: "node and protobuf-es, reading the request", executable: parse, parameter: "" },
  {
    name: "protoc-gen-dividere",
    executable: join(root, "plugin", "bin", "protoc-gen-dividere.js"),
    parameter: "",
  },
  {
    name: "protoc-gen-dividere, codec=es",
    executable: join(root, "plugin", "bin", "protoc-gen-dividere.js"),
    parameter: "codec=es",
  },
  {
    name: "protoc-gen-es",
    executable: join(root, "node_modules", "@bufbuild", "protoc-gen-es", "bin", "protoc-gen-es"),
    parameter: "target=ts",
  },
  {
    name: "ts-proto",
    executable: join(root, "node_modules", "ts-proto", "protoc-gen-ts_proto"),
    parameter: "esModuleInterop=true,outputServices=false",
  },
];

const loads: readonly {
  name: string;
  runs: number;
  request: (parameter: string) => CodeGeneratorRequest;
}[] = [
  {
    name: "1 file × 2 messages × 1 service",
    runs: 15,
    request: (parameter) => requestOf(1, 2, 1, parameter),
  },
  {
    name: "200 files × 20 messages × 5 services",
    runs: 3,
    request: (parameter) => requestOf(200, 20, 5, parameter),
  },
];

try {
  for (const load of loads) {
    console.log(`\n${load.name}, median of ${load.runs} runs\n`);
    const inputs = subjects.map(({ parameter }) =>
      toBinary(CodeGeneratorRequestSchema, load.request(parameter)),
    );
    const times = subjects.map((): number[] => []);
    // In turns, so that other load on the machine affects all subjects alike.
    for (let run = 0; run < load.runs; run++) {
      for (const [i, { executable }] of subjects.entries()) {
        times[i]?.push(time(executable, inputs[i] ?? new Uint8Array()));
      }
    }
    const rows = subjects.map(({ name }, i) => ({ name, ms: median(times[i] ?? []) }));
    for (const { name, ms } of rows)
      console.log(`${name.padEnd(44)}${ms.toFixed(0).padStart(8)} ms`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

function time(executable: string, input: Uint8Array): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [executable], {
    input,
    maxBuffer: 2 ** 30,
  });
  const taken = performance.now() - start;
  if (status !== 0) throw new Error(`${executable} failed:\n${stderr}`);
  return taken;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function requestOf(
  files: number,
  messages: number,
  services: number,
  parameter: string,
): CodeGeneratorRequest {
  const protoFile = Array.from({ length: files }, (_, i) => fileOf(i, messages, services));
  return create(CodeGeneratorRequestSchema, {
    parameter,
    protoFile,
    fileToGenerate: protoFile.map(({ name }) => name),
  });
}

/** Makes services with an rpc for every second message, and messages with eight fields of several kinds. */
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
