import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Efforts } from "../harness/effort.js";
import { atMost, type Figure } from "../harness/figure.js";
import type { Group, Measured } from "../harness/group.js";
import { raceStarts, timeOf } from "../harness/starts.js";
import type { Summary } from "../harness/statistics.js";
import {
  generating,
  leastPlugin,
  leastSource,
  ours,
  oursForEs,
  type Plugin,
  protocGenEs,
  type Schema,
  tsProto,
} from "../programs/code-generator.js";
import type { LineChart } from "../report/chart.js";

const one: Schema = { files: 1, messages: 2, services: 1 };
const many: Schema = { files: 200, messages: 20, services: 5 };
const growing = (files: number): Schema => ({ files, messages: 4, services: 1 });

/** The plugin, as a program that buf starts. */
export const codegen: Group = {
  name: "codegen",
  title: "Code generation",
  about:
    "Whole runs of the plugins, from the start of the process to its end, in turns. One file has 2 messages and a service; of 200 files each has 20 messages and 5 services; the cost of a further file is measured with 4 messages and a service each.",
  measure: async (efforts) => {
    const folder = mkdtempSync(join(tmpdir(), "dividere-bench-"));
    try {
      const script = join(folder, "least.mjs");
      writeFileSync(script, leastSource);
      const single = measureOne(leastPlugin(script), efforts);
      const linear = measureGrowth(efforts);
      return {
        figures: [...single, ...measureMany(efforts), linear.figure],
        charts: [linear.chart],
      } satisfies Measured;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

function figureOf(
  name: string,
  times: ReturnType<typeof raceStarts>,
  [program, peer]: readonly [ReturnType<typeof generating>, ReturnType<typeof generating>],
  schema: Schema,
): Figure {
  return {
    name,
    unit: "ms",
    ours: timeOf(times, program),
    peerName: peer.name,
    peer: timeOf(times, peer),
    profile: async (folder) => {
      const options = ["--cpu-prof", `--cpu-prof-dir=${folder}/protoc-gen-dividere`];
      generating(ours, schema, options).run();
    },
  };
}

function measureOne(least: Plugin, efforts: Efforts): Figure[] {
  const plugins = efforts.quick
    ? [ours, least, protocGenEs]
    : [ours, least, oursForEs, protocGenEs, tsProto];
  const programs = plugins.map((plugin) => generating(plugin, one));
  const times = raceStarts(programs, efforts.starts);
  const [subject, ...peers] = programs;
  if (subject === undefined) throw new Error("No plugin");
  return peers.map((peer, index) => ({
    ...figureOf("generating for 1 file", times, [subject, peer], one),
    ...(index === 0 && { target: atMost(1.3) }),
  }));
}

function measureMany(efforts: Efforts): Figure[] {
  // ts-proto takes half a minute a run.
  const plugins = efforts.quick ? [ours, protocGenEs] : [ours, protocGenEs, tsProto];
  const programs = plugins.map((plugin) => generating(plugin, many));
  const times = raceStarts(programs, efforts.quick ? 1 : 3);
  const [subject, ...peers] = programs;
  if (subject === undefined) throw new Error("No plugin");
  return peers.map((peer, index) => ({
    ...figureOf("generating for 200 files", times, [subject, peer], many),
    ...(index === 0 && { target: atMost(0.4) }),
  }));
}

/** Measures the cost of each file after the first, as the number of files grows. */
function measureGrowth(efforts: Efforts): { figure: Figure; chart: LineChart } {
  const counts = efforts.quick ? [1, 200, 1_000] : [1, 50, 200, 500, 1_000];
  const programs = counts.map((files) => generating(ours, growing(files)));
  const times = raceStarts(programs, efforts.quick ? 1 : 5);
  const [start, ...rest] = programs.map((program) => timeOf(times, program));
  if (start === undefined) throw new Error("No counts");
  const points = rest.map((time, index) => {
    const files = counts[index + 1] ?? 1;
    return { x: files, value: costOfFurther(time, start, files) };
  });
  const [reference, most] = [points.find(({ x }) => x === 200), points.at(-1)];
  if (reference === undefined || most === undefined) throw new Error("No points");
  return {
    figure: {
      name: "generating for a further file, 1,000 files",
      unit: "ms",
      ours: most.value,
      peerName: "200 files",
      peer: reference.value,
      target: atMost(1.25),
    },
    chart: {
      kind: "lines",
      name: "codegen-files",
      title: "Generating for a further file",
      unit: "ms",
      xLabel: "files",
      fromZero: true,
      lines: [{ label: "protoc-gen-dividere", ours: true, points }],
    },
  };
}

function costOfFurther(time: Summary, start: Summary, files: number): Summary {
  const share = (milliseconds: number): number => (milliseconds - start.median) / (files - 1);
  return { median: share(time.median), low: share(time.low), high: share(time.high) };
}
