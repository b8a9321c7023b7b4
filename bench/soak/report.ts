import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { median } from "../harness/statistics.js";
import { toSvg } from "../report/svg.js";
import type { Work } from "./load.js";

/** The memory at one moment, after a forced collection, and the work until then. */
export interface Sample {
  readonly minutes: number;
  readonly heapMiB: number;
  readonly rssMiB: number;
  readonly work: Readonly<Work>;
}

/** The share by which memory may move without having grown. */
const SLACK = 0.1;

const number = new Intl.NumberFormat("en");

/** Compares the last quarter of the samples with the one before: the first half is the warm-up. */
export function verdict(samples: readonly Sample[]): {
  readonly flat: boolean;
  readonly text: string;
} {
  const quarter = Math.max(1, Math.floor(samples.length / 4));
  const change = (of: (sample: Sample) => number): number =>
    median(samples.slice(-quarter).map(of)) /
      median(samples.slice(-2 * quarter, -quarter).map(of)) -
    1;
  const [heap, rss] = [change(({ heapMiB }) => heapMiB), change(({ rssMiB }) => rssMiB)];
  const percent = (share: number): string => `${share < 0 ? "" : "+"}${(share * 100).toFixed(1)} %`;
  const flat = heap < SLACK && rss < SLACK;
  return {
    flat,
    text: `${flat ? "Flat" : "Not flat"} after the warm-up: from the third quarter of the samples to the last, heap ${percent(heap)} and RSS ${percent(rss)} (limit +10 %).`,
  };
}

/** The samples as a table. */
export function toTable(samples: readonly Sample[]): string {
  const header = [
    "minutes",
    "events",
    "calls",
    "clients that came and went",
    "heap, MiB",
    "RSS, MiB",
  ];
  const rows = samples.map(({ minutes, heapMiB, rssMiB, work }) => [
    minutes.toFixed(2),
    number.format(work.received),
    number.format(work.calls),
    number.format(work.connections),
    heapMiB.toFixed(1),
    rssMiB.toFixed(0),
  ]);
  return [header, header.map(() => "---:"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

/** Writes `soak.md` and `soak.svg` into a folder. */
export function writeReport(folder: string, samples: readonly Sample[]): void {
  const line = (label: string, ours: boolean, of: (sample: Sample) => number) => ({
    label,
    ours,
    points: samples.map((sample) => ({
      x: Number(sample.minutes.toFixed(2)),
      value: { median: of(sample), low: of(sample), high: of(sample) },
    })),
  });
  const chart = toSvg({
    kind: "lines",
    name: "soak",
    title: "Memory after forced collections",
    unit: "MiB",
    xLabel: "minutes",
    fromZero: true,
    linearX: true,
    lines: [
      line("RSS", true, ({ rssMiB }) => rssMiB),
      line("heap", false, ({ heapMiB }) => heapMiB),
    ],
  });
  writeFileSync(join(folder, "soak.svg"), chart);
  const text = [
    "# Soak",
    "One process publishes and receives events, makes calls with 50 in flight, and opens and closes clients, all at once and over tcp on one machine. `npm run soak -- --report` writes this page; `--share=0.1` does a tenth of the work, and `--minutes=5` what can be done in the time. The machine had other work to do, so the sizes count here, and not the times.",
    verdict(samples).text,
    "The warm-up is the first half. In it the heap grows by about 200 bytes for each new client, as a reactor remembers how the clocks of its last 10,000 clients differ from its own; those who come later take the places of others.",
    "![Memory over time](soak.svg)",
    toTable(samples),
  ].join("\n\n");
  writeFileSync(join(folder, "soak.md"), `${text}\n`);
}
