import { createHistogram, type RecordableHistogram } from "node:perf_hooks";

/** The longest time that is told apart, in microseconds: an hour. */
const LONGEST = 3_600_000_000;

/** A distribution of times in milliseconds. */
export interface LatencySummary {
  readonly count: number;
  readonly minMs: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

/** Collects times in constant memory, each with three digits (an HDR histogram of Node.js). */
export class Latencies {
  readonly #histogram: RecordableHistogram = createHistogram({
    lowest: 1,
    highest: LONGEST,
    figures: 3,
  });

  /** Adds a time in milliseconds. */
  add(ms: number): void {
    this.#histogram.record(Math.min(LONGEST, Math.max(1, Math.round(ms * 1_000))));
  }

  /** Returns the distribution; zeros if there is no time. */
  summary(): LatencySummary {
    const { count, min, max, mean } = this.#histogram;
    const at = (percent: number) =>
      count === 0 ? 0 : Math.min(this.#histogram.percentile(percent), max) / 1_000;
    return {
      count,
      minMs: count === 0 ? 0 : min / 1_000,
      meanMs: count === 0 ? 0 : Number((mean / 1_000).toFixed(3)),
      p50Ms: at(50),
      p90Ms: at(90),
      p99Ms: at(99),
      p999Ms: at(99.9),
      maxMs: count === 0 ? 0 : max / 1_000,
    };
  }
}
