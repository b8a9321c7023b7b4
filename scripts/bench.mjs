// Measures: `npm run bench` measures all figures, and words after it pick groups (`npm run bench -- publish calls`).
//
//   --quick     within two minutes, for the orders and not the shares
//   --json      a line of JSON a figure
//   --profile   where the time of our processes goes, for each figure, and not for those alone that miss their targets
//   --report    writes docs/performance.md and its pictures
//   --install   installs the peers that Debian has (nats-server, libzmq for C, Python) with apt-get
import { join } from "node:path";
import { main, root, stream } from "./run.mjs";
import { installPeers, setUp } from "./set-up.mjs";

await main(async () => {
  await setUp();
  // Without their packages, for example without a network, the figures with those peers are skipped.
  await installPeers().catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error} Going on without.\n`);
  });
  const entry = join(root, "bench", "main.ts");
  return await stream("node", ["--import=tsx", entry, ...process.argv.slice(2)]);
});
