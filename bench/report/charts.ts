import type { Outcome, Results } from "../harness/race.js";
import type { Load, Subject } from "../harness/subject.js";
import type { BarChart, LineChart } from "./chart.js";

/** A bar an outcome, in operations a second; the most come first. */
export function barsOf(
  name: string,
  title: string,
  unit: string,
  outcomes: readonly Outcome[],
): BarChart {
  return {
    kind: "bars",
    name,
    title,
    unit,
    bars: outcomes
      .map(({ subject, perSecond }) => ({
        label: subject.name,
        value: perSecond,
        ours: subject.ours ?? false,
      }))
      .sort((a, b) => b.value.median - a.value.median),
  };
}

/** A line a subject, over the loads that it took part in. */
export function linesOf(
  name: string,
  title: string,
  unit: string,
  xLabel: string,
  subjects: readonly Subject[],
  points: readonly { x: number; results: Results; load: Load }[],
  measure: "perSecond" | "microseconds",
): LineChart {
  const lines = subjects.map((subject) => ({
    label: subject.name,
    ours: subject.ours ?? false,
    points: points.flatMap(({ x, results, load }) => {
      const outcome = results.of(subject, load);
      return "skipped" in outcome ? [] : [{ x, value: outcome[measure] }];
    }),
  }));
  return {
    kind: "lines",
    name,
    title,
    unit,
    xLabel,
    lines: lines.filter((line) => line.points.length > 0),
  };
}

/** Makes a chart of the cost of an operation as a number grows. */
export function growthOf(
  name: string,
  title: string,
  xLabel: string,
  outcomes: readonly { x: number; outcome: Outcome }[],
  unit = "µs",
): LineChart {
  return {
    kind: "lines",
    name,
    title,
    unit,
    xLabel,
    fromZero: true,
    lines: [
      {
        label: "dividere",
        ours: true,
        points: outcomes.map(({ x, outcome }) => ({ x, value: outcome.microseconds })),
      },
    ],
  };
}
