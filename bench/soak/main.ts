// Works and watches the memory. `npm run soak` goes through 10 million events, a million calls and 20,000 clients that come
// and go, `--share=0.01` through a hundredth of that, `--minutes=5` through what can be done in the time. `--report` writes
// docs/soak.md and its picture, `--folder=F` writes them there. The exit status is 1 if memory grows after the warm-up.
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { SoakLoad } from "./load.js";
import { type Sample, toTable, verdict, writeReport } from "./report.js";

/** The work of a whole soak: twice as many clients as a reactor remembers. */
const FULL = { received: 10_000_000, calls: 1_000_000, connections: 20_000 };

/** The number of samples of a soak. */
const SAMPLES = 16;

const { values } = parseArgs({
  options: {
    minutes: { type: "string" },
    share: { type: "string", default: "1" },
    report: { type: "boolean", default: false },
    folder: { type: "string" },
  },
});
const minutes = numberOf("minutes", values.minutes ?? "1");
const share = numberOf("share", values.share);
const { gc } = globalThis;
if (gc === undefined) throw new Error("Run this with --expose-gc, as `npm run soak` does");

await using load = new SoakLoad();
const started = performance.now();
const samples: Sample[] = [];
for (let sample = 1; sample <= SAMPLES; sample++) {
  const part = sample / SAMPLES;
  if (values.minutes !== undefined) await load.until(started + minutes * 60_000 * part);
  else {
    const { received, calls, connections } = FULL;
    await load.upTo({
      received: received * share * part,
      calls: calls * share * part,
      connections: connections * share * part,
    });
  }
  // libzmq and finalizers give memory back a moment later.
  for (let time = 0; time < 3; time++) {
    gc();
    await delay(50);
  }
  const { heapUsed, rss } = process.memoryUsage();
  samples.push({
    minutes: (performance.now() - started) / 60_000,
    heapMiB: heapUsed / 2 ** 20,
    rssMiB: rss / 2 ** 20,
    work: { ...load.work },
  });
  console.log(
    toTable(samples)
      .split("\n")
      .at(sample === 1 ? 0 : -1),
  );
  if (sample === 1) console.log(toTable(samples).split("\n").slice(1).join("\n"));
}
const { flat, text } = verdict(samples);
console.log(text);
if (!flat) process.exitCode = 1;
const folder =
  values.folder ?? (values.report ? join(import.meta.dirname, "../../docs") : undefined);
if (folder !== undefined) writeReport(folder, samples);

function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (number > 0) return number;
  throw new Error(`--${option}=${text} is not above 0`);
}
