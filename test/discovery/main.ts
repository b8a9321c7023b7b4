// The long form: kills every process of a system in turn and writes the table of docs/discovery.md. The exit status is 1
// if a call has failed.
import { noEtcd } from "../support/etcd/cluster.js";
import { noPython } from "../support/python.js";
import { killInTurn } from "./kills.js";
import { writeTable } from "./page.js";
import { System } from "./system.js";

const missing = (await noEtcd()) || (await noPython());
if (missing !== false) throw new Error(missing);
await using system = await System.start({
  registries: 3,
  members: 3,
  services: 3,
  pythonServices: 2,
  // With the defaults of registries and services.
  registry: {},
});
const outcomes = await killInTurn(system, 4, () => true);
for (const { killed, calls, failures, slowestMs, goneMs = 0, backMs } of outcomes) {
  const times = `gone in ${Math.round(goneMs)} ms, back in ${Math.round(backMs)} ms`;
  console.log(
    `${killed}: ${calls} calls, ${failures.length} failed, ${Math.round(slowestMs)} ms; ${times}`,
  );
  for (const failure of failures.slice(0, 3)) console.log(`  ${failure.message}`);
  if (failures.length > 0) process.exitCode = 1;
}
writeTable(outcomes);
