// Runs the benches: `npm run bench` runs all, and words after it pick those with a word in their file name
// (`npm run bench -- codegen`). Each bench is a .ts file in bench/.
import { findFiles } from "./files.mjs";
import { main, StepFailed, stream } from "./run.mjs";
import { setUp } from "./set-up.mjs";

await main(async () => {
  const words = process.argv.slice(2);
  const files = findFiles("bench", (path) => /^bench\/[^/]+\.ts$/.test(path)).filter(
    (path) => words.length === 0 || words.some((word) => path.includes(word)),
  );
  if (files.length === 0) {
    throw new StepFailed(`No bench matches ${words.join(" ")}; they are bench/*.ts.`);
  }
  await setUp();
  for (const file of files) {
    const status = await stream("node", ["--import=tsx", file]);
    if (status !== 0) return status;
  }
  return 0;
});
