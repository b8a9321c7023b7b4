import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type CodeGeneratorResponse,
  CodeGeneratorResponseSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { tsProtoOptions } from "../../../plugin/src/messages/options/ts-proto-options.js";
import { plugin } from "../../../plugin/src/plugin.js";
import { script } from "../../../scripts/program.mjs";

/** The folder of the workspace. */
export const root: string = fileURLToPath(new URL("../../..", import.meta.url));

/** The options that users are told to give ts-proto. */
export const tsProtoParameter: string = tsProtoOptions.join();

/** Proto sources by file name. */
export type Protos = Readonly<Record<string, string>>;

/** A folder that is gone after `use`. */
export function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "dividere-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes files into a folder, and the folders that they need. */
export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** What a compiler would hand a plugin for these files; the annotations can be imported. */
export function request(protos: Protos, parameter = ""): CodeGeneratorRequest {
  return inFolder((folder) => {
    write(folder, {
      "buf.yaml": JSON.stringify({
        version: "v2",
        modules: [{ path: "own" }, { path: "shipped" }],
      }),
      ...Object.fromEntries(
        Object.entries(protos).map(([name, source]) => [join("own", name), source]),
      ),
    });
    cpSync(join(root, "proto", "dividere"), join(folder, "shipped", "dividere"), {
      recursive: true,
    });
    const image = execFileSync(
      process.execPath,
      [script("buf"), "build", "--as-file-descriptor-set", "-o", "-"],
      {
        cwd: folder,
        maxBuffer: 2 ** 28,
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    return create(CodeGeneratorRequestSchema, {
      parameter,
      fileToGenerate: Object.keys(protos),
      protoFile: fromBinary(FileDescriptorSetSchema, image).file,
    });
  });
}

/** Runs the plugin; what it writes by name. */
export function generate(protos: Protos, parameter = ""): Record<string, string> {
  const { error, file } = plugin.run(request(protos, parameter));
  if (error !== undefined && error !== "") {
    throw new Error(error);
  }
  return filesOf(file);
}

/** Runs the plugin on what it should refuse; what it says. */
export function refusal(protos: Protos, parameter = ""): string {
  const { error, file } = plugin.run(request(protos, parameter));
  if (error === undefined || file.length > 0) {
    throw new Error(`nothing was refused, and ${file.length} files were written`);
  }
  return error;
}

/** Runs an installed plugin as a compiler does. */
export function runPlugin(name: string, input: CodeGeneratorRequest): CodeGeneratorResponse {
  const output = execFileSync(process.execPath, [script(name)], {
    input: toBinary(CodeGeneratorRequestSchema, input),
    maxBuffer: 2 ** 28,
  });
  return fromBinary(CodeGeneratorResponseSchema, output);
}

/** Generated files by name. */
export function filesOf(files: CodeGeneratorResponse["file"]): Record<string, string> {
  return Object.fromEntries(files.map(({ name, content }) => [name, content]));
}
