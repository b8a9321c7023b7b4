import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Histogram, type LatencyStats } from "../../../runtime/src/messaging/stats/histogram.js";

/** Times from about a microsecond to 40 days, evenly over the powers of two. */
const times = fc.double({ min: -9.9, max: 31.9, noNaN: true }).map((exponent) => 2 ** exponent);

function histogramOf(values: readonly number[]): LatencyStats {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram.read();
}

/** The exact percentile: the least time that so large a share of the times does not exceed. */
function exact(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] as number;
}

test("a percentile is within 2 % of the exact one", () => {
  fc.assert(
    fc.property(fc.array(times, { minLength: 1, maxLength: 2_000 }), (values) => {
      const read = histogramOf(values);
      const shares = { p50Ms: 0.5, p90Ms: 0.9, p99Ms: 0.99, p999Ms: 0.999 } as const;
      for (const [name, share] of Object.entries(shares)) {
        const expected = exact(values, share);
        const actual = read[name as keyof typeof shares];
        assert.ok(
          Math.abs(actual - expected) <= 0.02 * expected,
          `${name} of ${values.length} times is ${actual}, and ${expected} exactly`,
        );
      }
    }),
  );
});

test("count, sum, least and greatest are exact", () => {
  fc.assert(
    fc.property(fc.array(times, { minLength: 1 }), (values) => {
      const { count, sumMs, minMs, maxMs } = histogramOf(values);
      assert.deepEqual(
        { count, minMs, maxMs },
        { count: values.length, minMs: Math.min(...values), maxMs: Math.max(...values) },
      );
      assert.equal(
        sumMs,
        values.reduce((sum, value) => sum + value, 0),
      );
    }),
  );
});

test("each bucket holds the times below its bound and above the one before", () => {
  fc.assert(
    fc.property(fc.array(times, { minLength: 1 }), (values) => {
      const { buckets } = histogramOf(values);
      let from = 0;
      for (const { upperMs, count } of buckets) {
        const within = values.filter((value) => value >= from && value < upperMs);
        assert.equal(count, within.length, `from ${from} to ${upperMs}`);
        assert.ok(count > 0);
        from = upperMs;
      }
      assert.equal(
        buckets.reduce((sum, { count }) => sum + count, 0),
        values.length,
      );
    }),
  );
});

test("times beyond the range are in the first and the last bucket", () => {
  const { count, minMs, maxMs, buckets, p50Ms } = histogramOf([0, 0, 0, 1e300]);
  assert.deepEqual(
    { count, minMs, maxMs, p50Ms },
    { count: 4, minMs: 0, maxMs: 1e300, p50Ms: 2 ** -10 * (1 + 1 / 64) },
  );
  assert.deepEqual(
    buckets.map((bucket) => bucket.count),
    [3, 1],
  );
  assert.deepEqual(histogramOf([-1]).buckets.length, 1);
});

test("a histogram without times is all zeros", () => {
  assert.deepEqual(histogramOf([]), {
    count: 0,
    sumMs: 0,
    minMs: 0,
    maxMs: 0,
    p50Ms: 0,
    p90Ms: 0,
    p99Ms: 0,
    p999Ms: 0,
    buckets: [],
  });
});
