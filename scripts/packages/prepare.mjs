// Begins the build of the package in the current folder: `node ../scripts/packages/prepare.mjs LICENSE proto`. Empties dist, so
// that nothing of an earlier build is shipped, and copies files from the top of the repository; the copies are not committed.
import { cpSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { root } from "../run.mjs";

for (const name of ["dist", ...process.argv.slice(2)]) {
  rmSync(resolve(name), { recursive: true, force: true });
}
for (const name of process.argv.slice(2)) {
  cpSync(join(root, name), resolve(name), { recursive: true });
}
