import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Program } from "../harness/starts.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A new process that imports a module; the time that the import takes in it. */
export function importing(name: string, nodeOptions: readonly string[] = []): Program {
  const script = `const started = performance.now();
await import(${JSON.stringify(name)});
console.log(performance.now() - started);
process.exit();`;
  return {
    name: `import "${name}"`,
    run: () => {
      const args = [...nodeOptions, "--input-type=module", "--eval", script];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, {
        cwd: root,
        encoding: "utf8",
      });
      if (status !== 0) throw new Error(`Importing ${name} failed:\n${stderr}`);
      return Number(stdout);
    },
  };
}
