import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Program } from "../harness/starts.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A new process that imports modules; the CPU time of the import, which other programs change less than the clock's. */
export function importing(
  modules: readonly string[],
  nodeOptions: readonly string[] = [],
): Program {
  const list = modules.map((name) => `import(${JSON.stringify(name)})`).join();
  const script = `const before = process.cpuUsage();
await Promise.all([${list}]);
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1_000);
process.exit();`;
  return {
    name: `import ${modules.map((name) => `"${name}"`).join(" and ")}`,
    run: () => {
      const args = [...nodeOptions, "--input-type=module", "--eval", script];
      const options = { cwd: root, encoding: "utf8" } as const;
      const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
      if (status !== 0) throw new Error(`Importing ${modules.join()} failed:\n${stderr}`);
      return Number(stdout);
    },
  };
}
