/** The distribution of times, in milliseconds; each percentile is within 2 % of the exact one. */
export interface LatencyStats {
  /** The number of times. */
  readonly count: number;
  /** The exact sum. */
  readonly sumMs: number;
  /** The exact least time; 0 without times. */
  readonly minMs: number;
  /** The exact greatest time; 0 without times. */
  readonly maxMs: number;
  /** The median. */
  readonly p50Ms: number;
  /** The time that 90 % do not exceed. */
  readonly p90Ms: number;
  /** The time that 99 % do not exceed. */
  readonly p99Ms: number;
  /** The time that 99.9 % do not exceed. */
  readonly p999Ms: number;
  /** The buckets that are not empty, in rising order. */
  readonly buckets: readonly LatencyBucket[];
}

/** A bucket of a distribution. */
export interface LatencyBucket {
  /** The upper bound, in milliseconds. The lower bound is that of the bucket before it or higher. */
  readonly upperMs: number;
  /** The number of times in this bucket alone. */
  readonly count: number;
}

/** Each power of two is divided into so many buckets of one width, so a bucket spans 3 % at most. */
const STEPS_BITS = 5;
const STEPS = 1 << STEPS_BITS;

/** The bits of a number's high word that are below those that tell its bucket. */
const SHIFT = 20 - STEPS_BITS;

/** The exponents of the first and the last power of two: about a microsecond, and 50 days. */
const FIRST_EXPONENT = -10;
const LAST_EXPONENT = 32;

const RANGES = LAST_EXPONENT - FIRST_EXPONENT;

/** The bucket of 2 ** FIRST_EXPONENT among those of all numbers. IEEE 754 has a bias of 1,023. */
const FIRST = (1023 + FIRST_EXPONENT) << STEPS_BITS;

const scratch = new Float64Array(1);
const words = new Uint32Array(scratch.buffer);
/** The place of a number's sign, exponent and first digits. */
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/**
 * A histogram of times in the manner of HdrHistogram: its buckets are as fine as the times are short,
 * so its error is a constant share of them. Its memory does not grow with the number of times: 256
 * bytes for each power of two that has occurred, 11 KB at most.
 */
export class Histogram {
  /** The counts of the buckets of each power of two; made when the first time falls into it. */
  readonly #ranges: (Float64Array | undefined)[] = new Array(RANGES).fill(undefined);
  /** The count, the sum, the least and the greatest: in an array, writing a number makes no object. */
  readonly #totals = Float64Array.of(0, 0, Number.POSITIVE_INFINITY, 0);

  /** Adds a time, in milliseconds. */
  add(ms: number): void {
    const totals = this.#totals;
    totals[0] = (totals[0] as number) + 1;
    totals[1] = (totals[1] as number) + ms;
    if (ms < (totals[2] as number)) totals[2] = ms;
    if (ms > (totals[3] as number)) totals[3] = ms;
    const index = bucketOf(ms);
    const range = index >> STEPS_BITS;
    let counts = this.#ranges[range];
    if (counts === undefined) {
      counts = new Float64Array(STEPS);
      this.#ranges[range] = counts;
    }
    const step = index & (STEPS - 1);
    counts[step] = (counts[step] as number) + 1;
  }

  /** Returns the distribution so far. */
  read(): LatencyStats {
    const [count = 0, sumMs = 0, least = 0, maxMs = 0] = this.#totals;
    const minMs = count === 0 ? 0 : least;
    const filled = this.#filled();
    const at = (share: number): number => {
      const rank = Math.ceil(share * count);
      let seen = 0;
      for (const { index, count: inBucket } of filled) {
        seen += inBucket;
        if (seen >= rank) return Math.min(maxMs, Math.max(minMs, middleOf(index)));
      }
      return maxMs;
    };
    return {
      count,
      sumMs,
      minMs,
      maxMs,
      p50Ms: at(0.5),
      p90Ms: at(0.9),
      p99Ms: at(0.99),
      p999Ms: at(0.999),
      buckets: filled.map(({ index, count: inBucket }) => ({
        upperMs: lowerBoundOf(index + 1),
        count: inBucket,
      })),
    };
  }

  #filled(): readonly { readonly index: number; readonly count: number }[] {
    return this.#ranges
      .flatMap((counts, range) =>
        counts === undefined
          ? []
          : Array.from(counts, (count, step) => ({ index: (range << STEPS_BITS) + step, count })),
      )
      .filter(({ count }) => count > 0);
  }
}

/** Returns the bucket of a time; the first and the last bucket hold all times beyond them. */
function bucketOf(ms: number): number {
  // The exponent and the first digits of the fraction, as the number has them, are a logarithm
  // whose steps are even within each power of two.
  scratch[0] = ms;
  const index = ((words[HIGH] as number) >>> SHIFT) - FIRST;
  // The high word of a negative number is large.
  if (!(ms > 0) || index < 0) return 0;
  return index < RANGES * STEPS ? index : RANGES * STEPS - 1;
}

function lowerBoundOf(index: number): number {
  words[HIGH] = (index + FIRST) << SHIFT;
  words[1 - HIGH] = 0;
  return scratch[0] as number;
}

function middleOf(index: number): number {
  return (lowerBoundOf(index) + lowerBoundOf(index + 1)) / 2;
}
