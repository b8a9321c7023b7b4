// Rewrites what the golden cases expect: `npm run golden:update`. Read the difference before it is committed.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { write } from "../support/generate.js";
import { goldenCases, goldenFolder } from "./golden.js";

for (const { name, actual, expected } of goldenCases()) {
  const folder = join(goldenFolder, name, "expected");
  rmSync(folder, { recursive: true, force: true });
  write(folder, actual);
  if (JSON.stringify(actual) !== JSON.stringify(expected))
    console.log(`test/golden/${name} changed`);
}
