import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { firstScripts } from "./content/first-service.js";
import { membersOf, readJson } from "./json-text.js";
import type { Surroundings } from "./surroundings.js";

interface Manager {
  readonly name: string;
  /** The command that runs a program of the project's packages. */
  readonly run: string;
}

const npm: Manager = { name: "npm", run: "npx" };

/** Package managers by the lock file that they write. */
const managers: ReadonlyMap<string, Manager> = new Map([
  ["pnpm-lock.yaml", { name: "pnpm", run: "pnpm exec" }],
  ["yarn.lock", { name: "yarn", run: "yarn run" }],
  ["bun.lock", { name: "bun", run: "bunx" }],
  ["package-lock.json", npm],
]);

/** Returns the lines about the steps after init. */
export function advice(found: Surroundings, complete: boolean): string {
  const { name, run } = managerOf(found.cwd);
  const start = startsFirstPrograms(found)
    ? [
        `  ${name} start      # generates, and runs the server and the client; Ctrl-C ends it`,
        "",
        `When the proto has changed: ${name} run generate, then ${run} dividere-scaffold.`,
      ]
    : [`  ${name} run generate`, `  ${run} dividere-scaffold`];
  return [
    "",
    complete ? "Next:" : "Some of it is left undone. When all is in place:",
    `  ${name} install`,
    ...start,
  ].join("\n");
}

function startsFirstPrograms({ cwd, folder }: Surroundings): boolean {
  const scripts = membersOf(readJson(readFileSync(join(cwd, "package.json"), "utf8")), "scripts");
  return (
    existsSync(join(cwd, folder, "main.ts")) && scripts["start"] === firstScripts(folder)["start"]
  );
}

function managerOf(cwd: string): Manager {
  for (let folder = cwd; ; folder = dirname(folder)) {
    for (const [file, manager] of managers) {
      if (existsSync(join(folder, file))) return manager;
    }
    if (folder === dirname(folder)) return npm;
  }
}
