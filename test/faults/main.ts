// The long form: plays all scenarios one after the other and writes docs/reliability.md. Words pick scenarios by their
// text; then nothing is written. The exit status is 1 if a scenario that is met otherwise is not, or a call has no end.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/child.js";
import { type Performance, perform } from "./harness/perform.js";
import { pageText } from "./page.js";
import { scenarios } from "./scenarios/all.js";

const words = process.argv.slice(2);
const performances: Performance[] = [];
for (const scenario of scenarios) {
  if (words.length > 0 && !words.some((word) => scenario.done.includes(word))) continue;
  const performance = await perform(scenario, { long: true });
  const { met, seen, tally, memory } = performance;
  const ends = `${tally.sent} calls, ${tally.ended} ended: ${tally.results}`;
  console.log(`${met ? "✓" : "✗"} ${scenario.done}\n  ${seen}; ${ends}; ${memory} MiB`);
  performances.push(performance);
  if ((!met && scenario.notYet === undefined) || tally.sent !== tally.ended) process.exitCode = 1;
}
if (words.length === 0) writeFileSync(join(root, "docs", "reliability.md"), pageText(performances));
