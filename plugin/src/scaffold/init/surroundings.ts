import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Codec } from "../command/arguments.js";
import { protoFolder } from "./content/buf.js";

/** The state of a folder before init, and the options of the command. */
export interface Surroundings {
  readonly cwd: string;
  readonly codec: Codec;
  /** The folder of the programs: `src/`, or empty for the project's own folder. */
  readonly folder: "src/" | "";
  /** The folder for generated files. */
  readonly out: string;
  readonly hasProtos: boolean;
  /** Whether the folder has a file of JavaScript or TypeScript. */
  readonly hasPrograms: boolean;
}

const program = /\.[cm]?[jt]sx?$/;

/** Examines a folder. */
export function lookAround(cwd: string, codec: Codec): Surroundings {
  const folder = existsSync(join(cwd, "src")) ? "src/" : "";
  return {
    cwd,
    codec,
    folder,
    out: `${folder}gen`,
    hasProtos: holds(join(cwd, protoFolder), (name) => name.endsWith(".proto")),
    hasPrograms: holds(cwd, (name) => program.test(name)),
  };
}

/** Whether a folder has such a file at any depth, outside of installed packages, generated code and hidden folders. */
function holds(folder: string, wanted: (name: string) => boolean): boolean {
  if (!existsSync(folder)) return false;
  const entries = readdirSync(folder, { withFileTypes: true });
  return (
    entries.some((entry) => entry.isFile() && wanted(entry.name)) ||
    entries.some(
      (entry) =>
        entry.isDirectory() &&
        entry.name !== "node_modules" &&
        entry.name !== "gen" &&
        !entry.name.startsWith(".") &&
        holds(join(folder, entry.name), wanted),
    )
  );
}
