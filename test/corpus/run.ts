// Runs the plugin over public schemas: `npm run test:corpus`. Every file with services has to be refused for a reason that is
// documented, or to give code that compiles; the counts go to docs/generator.md.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type FileDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import { plugin } from "../../plugin/src/plugin.js";
import { script } from "../../scripts/program.mjs";
import { compileErrors, strictest } from "../plugin/support/compile.js";
import { filesOf, root, runPlugin, tsProtoParameter } from "../plugin/support/generate.js";
import { imageOf } from "./image.js";
import { type CorpusPackage, corpus } from "./packages.js";
import { inexpressible, reasons } from "./reasons.js";

const codecs = ["ts-proto", "es"] as const;

type Codec = (typeof codecs)[number];

/** What came of the files of one package. */
interface Counts {
  readonly files: number;
  readonly invalid: number;
  readonly withServices: number;
  readonly rpcs: number;
  readonly streams: number;
  readonly generated: Readonly<Record<Codec, number>>;
}

const refusals = new Map<string, number>();
const rows = corpus.map((each) => [each, count(each)] as const);
report();

function count(corpusPackage: CorpusPackage): Counts {
  const { files, invalid } = imageOf(corpusPackage);
  const byName = new Map(files.map((file) => [file.name, file]));
  const withServices = files.filter((file) => file.service.length > 0);
  const generated = Object.fromEntries(
    codecs.map((codec) => {
      const accepted = withServices.filter((file) =>
        isAccepted(requestOf([file], byName, codec), codec),
      );
      if (accepted.length > 0)
        compile(requestOf(accepted, byName, codec), codec, corpusPackage.name);
      return [codec, accepted.length];
    }),
  ) as Record<Codec, number>;
  const rpcs = withServices.flatMap((file) => file.service.flatMap(({ method }) => method));
  const counts = {
    files: files.length,
    invalid,
    withServices: withServices.length,
    rpcs: rpcs.length,
    streams: rpcs.filter((rpc) => rpc.clientStreaming || rpc.serverStreaming).length,
    generated,
  };
  console.log(corpusPackage.name, counts);
  return counts;
}

function isAccepted(request: CodeGeneratorRequest, codec: Codec): boolean {
  const { error = "" } = plugin.run(request);
  if (error === "") return true;
  const found = new Set(
    error.split("\n").map((line) => {
      if (/^and \d+ more like these$/.test(line)) return undefined;
      const reason = reasons.find(([, message]) => message.test(line))?.[0];
      assert.ok(reason, `refused for a reason that is not documented:\n${line}`);
      return reason;
    }),
  );
  if (codec === "es") {
    assert.deepEqual(
      [...found].filter((reason) => reason !== inexpressible),
      [],
    );
  } else {
    for (const reason of found) {
      if (reason !== undefined) refusals.set(reason, (refusals.get(reason) ?? 0) + 1);
    }
  }
  return false;
}

function compile(request: CodeGeneratorRequest, codec: Codec, name: string): void {
  const ours = filesOf(plugin.run(request).file);
  const { file } =
    codec === "es"
      ? runPlugin("protoc-gen-es", {
          ...request,
          parameter: "target=ts,import_extension=js,erasable_syntax=true",
          fileToGenerate: request.protoFile
            .map(({ name }) => name)
            .filter((path) => !path.startsWith("google/protobuf/")),
        })
      : runPlugin("protoc-gen-ts_proto", { ...request, parameter: tsProtoParameter });
  const messages = filesOf(file);
  const errors = [...compileErrors({ ...messages, ...ours }, strictest)].flatMap(([path, texts]) =>
    // What the message generator leaves unused is its own affair.
    texts
      .filter((text) => path in ours || !/^TS6\d{3}:/.test(text))
      .map((text) => `${path}: ${text}`),
  );
  assert.deepEqual(
    errors.slice(0, 20),
    [],
    `${errors.length} errors in what is generated from ${name} with codec=${codec}`,
  );
}

/** A request for these files, with all that they import. */
function requestOf(
  files: readonly FileDescriptorProto[],
  byName: ReadonlyMap<string, FileDescriptorProto>,
  codec: Codec,
): CodeGeneratorRequest {
  const all = new Set<FileDescriptorProto>();
  const visit = (file: FileDescriptorProto) => {
    if (all.has(file)) return;
    for (const name of file.dependency) {
      const imported = byName.get(name);
      if (imported !== undefined) visit(imported);
    }
    all.add(file);
  };
  for (const file of files) visit(file);
  return create(CodeGeneratorRequestSchema, {
    parameter: `codec=${codec}`,
    fileToGenerate: files.map(({ name }) => name),
    protoFile: [...all],
  });
}

function report(): void {
  const table = [
    "| npm package | .proto files | with services | generated | with `codec=es` | rpcs | that stream |",
    "| --- | --: | --: | --: | --: | --: | --: |",
    ...rows.map(
      ([{ name, version }, { files, withServices, generated, rpcs, streams }]) =>
        `| ${name} ${version} | ${files} | ${withServices} | ${generated["ts-proto"]} | ${generated.es} | ${rpcs} | ${streams} |`,
    ),
    "",
    "| Refused because of | files |",
    "| --- | --: |",
    ...[...refusals]
      .sort(([, a], [, b]) => b - a)
      .map(([reason, files]) => `| ${reason} | ${files} |`),
  ].join("\n");
  console.log(table);
  const path = join(root, "docs", "generator.md");
  const guide = readFileSync(path, "utf8");
  const [before, after] = ["<!-- corpus -->", "<!-- /corpus -->"];
  const [start, end] = [guide.indexOf(before) + before.length, guide.indexOf(after)];
  assert.ok(end > start, `${path} has no place for the counts`);
  writeFileSync(path, `${guide.slice(0, start)}\n\n${table}\n\n${guide.slice(end)}`);
  execFileSync(process.execPath, [script("biome"), "format", "--write", path], { stdio: "ignore" });
}
