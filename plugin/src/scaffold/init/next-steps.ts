import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

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
export function advice(cwd: string, complete: boolean): string {
  const { name, run } = managerOf(cwd);
  return [
    "",
    complete ? "Next:" : "Some of it is left undone. When all is in place:",
    `  ${name} install`,
    `  ${name} run generate`,
    `  ${run} dividere-scaffold`,
  ].join("\n");
}

function managerOf(cwd: string): Manager {
  for (let folder = cwd; ; folder = dirname(folder)) {
    for (const [file, manager] of managers) {
      if (existsSync(join(folder, file))) return manager;
    }
    if (folder === dirname(folder)) return npm;
  }
}
