import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join, posix } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import {
  create,
  createFileRegistry,
  type DescMessage,
  type DescService,
  fromBinary,
  toBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { MessageType } from "dividere/codegen";
import { outputPath } from "../../../plugin/src/emit/view.js";
import { tsProtoModule, tsProtoName } from "../../../plugin/src/messages/ts-proto.js";
import type { Parameters } from "../../../plugin/src/schema/parameters.js";
import { script } from "../../../scripts/program.mjs";
import { TemporaryFolder } from "../../support/temporary-folder.js";
import { compileErrors, strictest } from "../support/compile.js";
import { filesOf, root, runPlugin, tsProtoParameter, write } from "../support/generate.js";
import { type Codec, runService } from "../support/run-service.js";
import { type GoldenCase, goldenCases, output } from "./golden.js";

const suffixes = { js: ".js", ts: ".ts", none: "" };

const cases = goldenCases();
const accepted = cases.filter((each) => each.actual["refusal.txt"] === undefined);

/** The files of all accepted cases, each case in a folder of its own, with those that the message generator adds. */
const sources = Object.fromEntries(
  accepted.flatMap((each) =>
    Object.entries({ ...messagesOf(each), ...each.actual }).map(([path, content]) => [
      posix.join(each.name, "gen", path),
      content,
    ]),
  ),
);

const folder = new TemporaryFolder();
after(() => folder[Symbol.dispose]());
symlinkSync(join(root, "node_modules"), join(folder.path, "node_modules"), "junction");
write(folder.path, { ...sources, "package.json": JSON.stringify({ type: "module" }) });

test("there are at least forty cases", () => {
  assert.ok(cases.length >= 40, `${cases.length} cases`);
});

for (const each of cases) {
  test(`${each.name}: gives the expected output, each time`, () => {
    assert.deepEqual(each.actual, each.expected, "`npm run golden:update` rewrites it");
    assert.deepEqual(output(each.request), each.actual);
  });
}

test("all generated code compiles with the strictest settings", () => {
  // Without extensions imports are those of a bundler.
  const bundled = (path: string) => path.startsWith("import-extension-none/");
  const some = (wanted: (path: string) => boolean) =>
    Object.fromEntries(
      Object.entries(sources).filter(([path]) => path.endsWith(".ts") && wanted(path)),
    );
  const errors = [
    ...compileErrors(
      some((path) => !bundled(path)),
      strictest,
    ),
    ...compileErrors(some(bundled), strictest, { module: "esnext", moduleResolution: "bundler" }),
  ];
  const ours = new Set(
    accepted.flatMap(({ name, actual }) =>
      Object.keys(actual).map((path) => posix.join(name, "gen", path)),
    ),
  );
  assert.deepEqual(
    errors
      .map(
        ([path, texts]) =>
          [path, texts.filter((text) => ours.has(path) || !isUnused(text))] as const,
      )
      .filter(([, texts]) => texts.length > 0),
    [],
  );
});

test("all generated code passes Biome's recommended rules", () => {
  const paths = accepted.flatMap(({ name, actual }) =>
    Object.keys(actual)
      .filter((path) => path.endsWith(".ts"))
      .map((path) => posix.join(name, "gen", path)),
  );
  write(folder.path, {
    "biome.json": JSON.stringify({ root: true, linter: { rules: { preset: "recommended" } } }),
  });
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [script("biome"), "lint", "--error-on-warnings", ...paths],
    {
      cwd: folder.path,
      encoding: "utf8",
    },
  );
  assert.equal(status, 0, `${stdout}${stderr}`);
});

for (const each of accepted) {
  const { parameters } = each;
  assert.ok(parameters);
  const all = ["publisher", "subscriber", "request", "reactor"].every((name) =>
    parameters.classes.has(name as "reactor"),
  );
  for (const service of servicesOf(each)) {
    if (!all || service.methods.length === 0) continue;
    test(`${each.name}: ${service.name} works over TCP`, async () => {
      const generated = await load(each, outputPath(service.file, parameters));
      const codecs = await codecsOf(each, parameters, service);
      const arrived = await runService({
        service,
        generated,
        codecOf: (message) =>
          codecs.get(message) ?? assert.fail(`no codec for ${message.typeName}`),
      });
      assert.equal(arrived, 2 * service.methods.length);
    });
  }
}

/** What ts-proto or protobuf-es write for a case, as seen from this plugin's output. */
function messagesOf({ request, parameters }: GoldenCase): Record<string, string> {
  assert.ok(parameters);
  const { codec, messagesPath, importExtension } = parameters;
  const { file } =
    codec === "es"
      ? runPlugin("protoc-gen-es", {
          ...request,
          parameter: `target=ts,import_extension=${importExtension},erasable_syntax=true`,
          // protobuf-es writes what it is asked for and no import; the well-known types are in its package.
          fileToGenerate: request.protoFile
            .map(({ name }) => name)
            .filter((name) => !name.startsWith("google/protobuf/")),
        })
      : runPlugin("protoc-gen-ts_proto", {
          ...request,
          // No message needs the code for the annotations, nor for the descriptors that they import.
          parameter: `${tsProtoParameter.replace("importSuffix=.js", `importSuffix=${suffixes[importExtension]}`)},Mdividere/v1/options.proto=none`,
        });
  return Object.fromEntries(
    Object.entries(filesOf(file)).map(([path, content]) => [
      posix.join(messagesPath, path),
      content,
    ]),
  );
}

function servicesOf({ request }: GoldenCase): DescService[] {
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: request.protoFile }));
  return request.fileToGenerate.flatMap((name) => [...(registry.getFile(name)?.services ?? [])]);
}

function load({ name }: GoldenCase, path: string): Promise<Record<string, unknown>> {
  return import(pathToFileURL(join(folder.path, name, "gen", path)).href);
}

async function codecsOf(
  each: GoldenCase,
  { codec, messagesPath }: Parameters,
  { methods }: DescService,
): Promise<Map<DescMessage, Codec>> {
  const codecs = new Map<DescMessage, Codec>();
  for (const message of methods.flatMap(({ input, output }) => [input, output])) {
    if (codec === "es") {
      codecs.set(message, {
        decode: (bytes) => fromBinary(message, bytes),
        encode: (value) => toBinary(message, value as ReturnType<typeof create>),
      });
      continue;
    }
    const module = await load(
      each,
      posix.join(messagesPath, tsProtoModule(message.file).replace(/\.js$/, ".ts")),
    );
    const type = module[tsProtoName(message)] as MessageType<object>;
    codecs.set(message, {
      decode: (bytes) => type.decode(bytes),
      encode: (value) => type.encode(value).finish(),
    });
  }
  return codecs;
}

function isUnused(text: string): boolean {
  return /^TS6(133|192|196|198|199):/.test(text);
}
