// Builds, then runs a program that takes its minutes and writes what it found: `npm run test:faults`, `npm run test:fuzz`
// and `npm run soak` name it. Further words go to the program.
import { join } from "node:path";
import { main, root, StepFailed, stream } from "./run.mjs";
import { setUp } from "./set-up.mjs";

await main(async () => {
  const [entry, ...words] = process.argv.slice(2);
  if (entry === undefined) throw new StepFailed("Name the program, such as test/faults/main.ts.");
  await setUp();
  return await stream("node", ["--import=tsx", "--expose-gc", join(root, entry), ...words]);
});
