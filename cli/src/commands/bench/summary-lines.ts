import { milliseconds } from "../../output/numbers.js";
import type { Output } from "../../output/output.js";
import type { LatencySummary } from "./latencies.js";

/** Returns the lines of a distribution of times. */
export function latencyLines(
  out: Output,
  { count, minMs, meanMs, p50Ms, p90Ms, p99Ms, p999Ms, maxMs }: LatencySummary,
): readonly string[] {
  if (count === 0) return [];
  const columns: readonly (readonly [string, number])[] = [
    ["MIN", minMs],
    ["MEAN", meanMs],
    ["P50", p50Ms],
    ["P90", p90Ms],
    ["P99", p99Ms],
    ["P99.9", p999Ms],
    ["MAX", maxMs],
  ];
  const cells = columns.map(([title, value]) => {
    const text = milliseconds(value);
    const width = Math.max(title.length, text.length);
    return [title.padStart(width), text.padStart(width)] as const;
  });
  return [
    out.paint("bold", `latency, ms  ${cells.map(([title]) => title).join("  ")}`),
    `             ${cells.map(([, text]) => text).join("  ")}`,
  ];
}
