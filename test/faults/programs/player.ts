// A process of a scenario: plays the role of its first argument with the options of its second, prints "ready" with its
// endpoints, and answers the commands "stats" and "act" on its standard input. Ends when the input does.
import { createInterface } from "node:readline";
import { setLogger, setLogLevel } from "dividere/connection";
import { roles } from "./roles.js";

const logged: Record<string, number> = {};
const count = (_details: object, message: string): void => {
  logged[message] = (logged[message] ?? 0) + 1;
};
setLogger({ error: count, warn: count, info: count, debug: count });
setLogLevel("warn");

const [role = "", options = "{}"] = process.argv.slice(2);
const make = roles[role];
if (make === undefined) throw new Error(`There is no role ${role}`);
const part = await make(JSON.parse(options));
console.log("ready", JSON.stringify(part.endpoints));

for await (const command of createInterface({ input: process.stdin })) {
  if (command.startsWith("act ")) {
    const acted = await part.act?.(JSON.parse(command.slice("act ".length)));
    console.log("acted", JSON.stringify(acted ?? null));
  } else {
    const rssMiB = process.memoryUsage().rss / 2 ** 20;
    console.log("stats", JSON.stringify({ begun: 0, late: 0, rssMiB, logged, ...part.stats?.() }));
  }
}
await part.stop();
