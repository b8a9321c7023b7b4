import type { Summary } from "../harness/statistics.js";

/** One bar a subject, longest is most. */
export interface BarChart {
  readonly kind: "bars";
  /** The name of the picture's file, without its ending. */
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly { label: string; value: Summary; ours: boolean }[];
}

/** One line a subject, over sizes, counts or times; the axes are logarithmic unless `linearX` and `fromZero`. */
export interface LineChart {
  readonly kind: "lines";
  /** The name of the picture's file, without its ending. */
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly xLabel: string;
  readonly lines: readonly {
    label: string;
    ours: boolean;
    points: readonly { x: number; value: Summary }[];
  }[];
  /** Has the y axis start at 0, to show that a cost is flat. */
  readonly fromZero?: boolean;
  /** Has the x axis be linear, for times. */
  readonly linearX?: boolean;
}

export type Chart = BarChart | LineChart;
