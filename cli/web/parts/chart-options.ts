import type uPlot from "uplot";
import { HISTORY, type Point } from "../../src/monitor/protocol.js";
import { clock } from "../state/format.js";

/** One line of a chart. */
export interface Series {
  readonly label: string;
  /** The place of its value in a point. */
  readonly index: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  /** The name of its colour, the CSS variable `--<color>`. */
  readonly color: "line-1" | "line-2" | "line-3" | "line-bad";
  readonly fill?: boolean;
}

const HEIGHT = 190;

/** Returns the values of the lines as uPlot takes them. */
export function seriesData(points: readonly Point[], series: readonly Series[]): uPlot.AlignedData {
  return [
    points.map(([time]) => time / 1_000),
    ...series.map(({ index }) => points.map((point) => point[index])),
  ];
}

/**
 * Returns the options of a chart.
 *
 * @param onCursor - Called with the place of the point under the pointer; `undefined` if it is elsewhere.
 */
export function seriesOptions(
  element: HTMLElement,
  series: readonly Series[],
  format: (value: number | null) => string,
  onCursor: (at: number | undefined) => void,
): uPlot.Options & { readonly height: number } {
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const axis: uPlot.Axis = {
    stroke: color("muted"),
    font: "11px system-ui, sans-serif",
    grid: { stroke: color("grid"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    padding: [8, 4, 0, 0],
    cursor: {
      y: false,
      points: { size: 6 },
      drag: { x: false, y: false },
    },
    scales: {
      x: { range: (_plot, _least, greatest) => [greatest - HISTORY, greatest] },
      y: { range: (_plot, _least, greatest) => [0, Math.max(greatest ?? 0, 0.001) * 1.15] },
    },
    axes: [
      {
        ...axis,
        size: 24,
        space: 80,
        values: (_plot, times) => times.map((time) => clock(time * 1_000)),
      },
      {
        ...axis,
        size: 54,
        space: 36,
        values: (_plot, values) => values.map((value) => (value === 0 ? "0" : format(value))),
      },
    ],
    series: [
      {},
      ...series.map(({ label, color: name, fill }) => ({
        label,
        stroke: color(name),
        width: 1.75,
        points: { show: false },
        ...(fill === true && { fill: `${color(name)}22` }),
      })),
    ],
    hooks: {
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? undefined)],
    },
  };
}
