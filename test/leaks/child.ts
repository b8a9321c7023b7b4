// Does the rounds of one scenario in a process of its own, which then has to end by itself.
import { leftBehind, type Round } from "./repeat.js";
import { over } from "./scenarios/scenario.js";
import { scenarios } from "./scenarios/scenarios.js";

const [name = "", count = ""] = process.argv.slice(2);
const scenario = scenarios[name];
if (scenario === undefined) throw new Error(`No scenario "${name}"`);
await scenario(async (round: Round) => {
  for (const line of await leftBehind(Number(count), round)) console.log(line);
});
console.log(over);
