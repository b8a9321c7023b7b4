import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CodeGeneratorRequest } from "@bufbuild/protobuf/wkt";
import { plugin } from "../../../plugin/src/plugin.js";
import { SchemaError } from "../../../plugin/src/schema/mistakes.js";
import { type Parameters, parseParameters } from "../../../plugin/src/schema/parameters.js";
import { filesOf, request, root } from "../support/generate.js";

/** Where the cases are, one folder each: `proto/`, `parameters.txt`, and `expected/`, which `npm run golden:update` writes. */
export const goldenFolder: string = join(root, "test", "golden");

/** A schema, the parameters to generate it with, and what that gives. */
export interface GoldenCase {
  readonly name: string;
  readonly request: CodeGeneratorRequest;
  /** Undefined when they are no valid parameters. */
  readonly parameters: Parameters | undefined;
  /** The generated files; or the refusal, as `refusal.txt`. */
  readonly actual: Readonly<Record<string, string>>;
  readonly expected: Readonly<Record<string, string>>;
}

/** All cases, generated now. */
export function goldenCases(): GoldenCase[] {
  return readdirSync(goldenFolder)
    .sort()
    .map((name) => {
      const folder = join(goldenFolder, name);
      const parameter = existsSync(join(folder, "parameters.txt"))
        ? readFileSync(join(folder, "parameters.txt"), "utf8").trim()
        : "";
      const input = request(filesIn(join(folder, "proto")), parameter);
      return {
        name,
        request: input,
        parameters: parsed(parameter),
        actual: output(input),
        expected: filesIn(join(folder, "expected")),
      };
    });
}

/** What the plugin gives for a request, a refusal included. */
export function output(input: CodeGeneratorRequest): Record<string, string> {
  const { error, file } = plugin.run(input);
  return error === undefined || error === "" ? filesOf(file) : { "refusal.txt": `${error}\n` };
}

function parsed(parameter: string): Parameters | undefined {
  try {
    return parseParameters(parameter);
  } catch (error) {
    if (error instanceof SchemaError) return undefined;
    throw error;
  }
}

function filesIn(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [
        path.slice(folder.length + 1).replaceAll("\\", "/"),
        readFileSync(path, "utf8"),
      ]),
  );
}
