// protoc-gen-dividere-messages: runs the project's ts-proto with the options that the generated classes and the runtime need.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { SchemaError } from "../../schema/mistakes.js";
import { version } from "../../version.js";
import { findTsProto } from "./installed.js";
import { completeParameter } from "./parameter.js";
import { parameterOf, withParameter } from "./request.js";

const name = "protoc-gen-dividere-messages";

if (process.argv.includes("--version")) {
  process.stdout.write(`${name} v${version}\n`);
} else {
  process.exitCode = await run();
}

async function run(): Promise<number> {
  const request = await buffer(process.stdin);
  try {
    const { program, options } = findTsProto(process.cwd());
    const parameter = completeParameter(parameterOf(request), options);
    return await runTsProto(program, withParameter(request, parameter));
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    // Loaded on demand: most runs refuse nothing.
    const { refuse } = await import("./refuse.js");
    refuse(error.message);
    return 0;
  }
}

/** Runs ts-proto, whose response goes to the standard output unchanged. @returns its exit status. */
async function runTsProto(program: string, request: Uint8Array): Promise<number> {
  const child = spawn(process.execPath, [program], { stdio: ["pipe", "inherit", "inherit"] });
  // If ts-proto ends before it has read everything, it prints the reason itself, and its status is passed on.
  child.stdin.on("error", () => {});
  child.stdin.end(request);
  const [status] = await once(child, "close");
  return status ?? 1;
}
