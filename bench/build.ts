import { build } from "esbuild";
import { findFiles } from "../scripts/files.mjs";
import { root } from "../scripts/run.mjs";
import { distFolder } from "./harness/process.js";

/** Compiles the scripts of the processes, so that no process compiles TypeScript during a round. */
export async function buildRoles(): Promise<void> {
  const isRole = (path: string): boolean => path.endsWith(".ts");
  await build({
    absWorkingDir: root,
    entryPoints: [...findFiles("bench/roles", isRole), ...findFiles("bench/peers", isRole)],
    outbase: "bench",
    outdir: distFolder,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "warning",
  });
}
