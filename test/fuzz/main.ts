// The long form: 200,000 hostile messages over all receivers and 2,000 strange connections, by default; `--messages=N`
// and `--seed=N` change that. Prints what each receiver held in memory before and after.
import { parseArgs } from "node:util";
import { setLogLevel } from "dividere/connection";
import { Router } from "dividere/messaging";
import { Msg01 } from "../gen/plain.js";
import { attack } from "./attack.js";
import { HostileFrames } from "./hostile-frames.js";
import { receivers } from "./receivers.js";
import { knock } from "./strangers.js";

/** The heap may move by as much without having grown. */
const SLACK_MIB = 8;

setLogLevel("silent");
const { values } = parseArgs({
  options: { messages: { type: "string" }, seed: { type: "string" } },
});
const messages = Number(values.messages ?? 200_000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
console.log(`seed ${seed}`);
const each = Math.ceil(messages / receivers.length);
for (const receiver of receivers) {
  const frames = new HostileFrames(seed);
  // What a class holds once and for all is there after a tenth.
  await attack(receiver, Math.ceil(each / 10), frames);
  const before = await heapMiB();
  await attack(receiver, each, frames);
  const after = await heapMiB();
  const rss = Math.round(process.memoryUsage().rss / 2 ** 20);
  const grown = after - before > SLACK_MIB;
  if (grown) process.exitCode = 1;
  console.log(
    `${grown ? "✗" : "✓"} ${receiver.name}: ${each} messages, heap ${before.toFixed(1)} → ${after.toFixed(1)} MiB, RSS ${rss} MiB`,
  );
}

const router = new Router("tcp://127.0.0.1:*", [Msg01], { handshakeTimeoutMs: 500 });
const started = await heapMiB();
await knock(Number(router.endpoints[0]?.split(":").at(-1)), 2_000, new HostileFrames(seed));
console.log(
  `✓ 2,000 strange connections were ended, heap ${started.toFixed(1)} → ${(await heapMiB()).toFixed(1)} MiB`,
);
router.close();

/** The heap after what nobody holds was collected. */
async function heapMiB(): Promise<number> {
  for (let time = 0; time < 3; time++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return process.memoryUsage().heapUsed / 2 ** 20;
}
