// Measures: `npm run bench` all figures, and with words after it those groups (`npm run bench -- publish calls`).
//
//   --quick     within two minutes, for the orders and not the shares
//   --json      a line of JSON a figure
//   --profile   where the time of our processes goes, for each figure that misses its target
//   --report    writes docs/performance.md and its pictures
//   --install   installs the peers that Debian has (nats-server, libzmq for C, Python) with apt-get
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { main, root, step, stream } from "./run.mjs";
import { setUp } from "./set-up.mjs";

const bench = join(root, "bench");

await main(async () => {
  await setUp();
  await installPackages();
  const entry = join(bench, "main.ts");
  return await stream("node", ["--import=tsx", entry, ...process.argv.slice(2)]);
});

/** Installs the peers' packages; without them, as where there is no network, their figures are skipped. */
async function installPackages() {
  const installed = join(bench, "node_modules", ".package-lock.json");
  const isCurrent =
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(join(bench, "package-lock.json")).mtimeMs;
  if (isCurrent) return;
  try {
    await step("Installing the peers", "npm", ["ci", "--no-audit", "--no-fund"], { cwd: bench });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error} Going on without.\n`);
  }
}
