// Runs the quick start from nothing: installs, builds, generates its code and runs it. `npm start`.
import { join } from "node:path";
import { findFiles } from "./files.mjs";
import { main, paint, root, step, stream, takesColour } from "./run.mjs";
import { setUp } from "./set-up.mjs";

const example = "examples/quick-start";

await main(async () => {
  const { bold, dim, green } = paint(process.stdout);
  await setUp();
  const cwd = join(root, example);
  await step("Generating code from the quick start's .proto files", "buf", ["generate"], { cwd });

  console.log(bold(`buf generate, in ${example}`));
  const isProto = (/** @type {string} */ path) => path.endsWith(".proto");
  for (const path of findFiles("proto", isProto, cwd)) console.log(`  ${path}`);
  for (const path of findFiles("gen", () => true, cwd)) console.log(`  ${dim("→")} ${green(path)}`);

  console.log(bold("\ntsx main.ts"));
  // The child uses colour if this process does, whatever the child's own stream is.
  const colour = takesColour(process.stdout) ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };
  return stream("node", ["--import=tsx", "main.ts"], { cwd, env: colour });
});
