// Copies files from the top of the repository into the current folder, whose package ships them:
// `node ../scripts/package-files.mjs LICENSE README.md`. The copies are not committed.
import { cpSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { root } from "./run.mjs";

for (const name of process.argv.slice(2)) {
  rmSync(resolve(name), { recursive: true, force: true });
  cpSync(join(root, name), resolve(name), { recursive: true });
}
