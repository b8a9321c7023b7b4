/** A summary of the rounds of a measurement. */
export interface Summary {
  readonly median: number;
  /** The lowest and the highest round: the spread. */
  readonly low: number;
  readonly high: number;
}

/** Gives the median of some values, the mean of the middle two where their number is even. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [lower, upper] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (lower === undefined || upper === undefined) throw new Error("A median needs a value");
  return (lower + upper) / 2;
}

/** Sums up the rounds of one measurement. */
export function summarise(values: readonly number[]): Summary {
  return { median: median(values), low: Math.min(...values), high: Math.max(...values) };
}

/**
 * Gives the number of operations for a round that is to take so long, from one that took `seconds`. Grows eightfold at
 * most, since a short first round says little.
 */
export function nextCount(
  count: number,
  seconds: number,
  wantedSeconds: number,
  maxCount: number,
): number {
  const factor = Math.min(8, wantedSeconds / Math.max(seconds, 1e-6));
  return Math.max(1, Math.min(maxCount, Math.round(count * factor)));
}
