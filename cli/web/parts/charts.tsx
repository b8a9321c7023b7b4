import type { JSX } from "preact";
import type { Point } from "../../src/monitor/protocol.js";
import { milliseconds, rate } from "../state/format.js";
import { Chart } from "./chart.js";
import type { Series } from "./chart-options.js";

const CALLS: readonly Series[] = [
  { label: "calls", index: 1, color: "line-1", fill: true },
  { label: "events", index: 7, color: "line-2" },
  { label: "errors", index: 2, color: "line-bad", fill: true },
];

const LATENCIES: readonly Series[] = [
  { label: "p50", index: 3, color: "line-1" },
  { label: "p90", index: 4, color: "line-2" },
  { label: "p99", index: 5, color: "line-3" },
];

const rateText = (value: number | null): string => rate(value ?? 0);

/** The calls and errors a second, and the latencies, side by side. */
export function Charts({ points }: { readonly points: readonly Point[] }): JSX.Element {
  return (
    <div class="charts">
      <Chart
        title="Calls and events"
        unit="a second"
        points={points}
        series={CALLS}
        format={rateText}
      />
      <Chart
        title="Latency"
        unit="of each second's calls"
        points={points}
        series={LATENCIES}
        format={milliseconds}
      />
    </div>
  );
}
