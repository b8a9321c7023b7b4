import type { Latency } from "../../gen/dividere/v1/introspection_pb.js";

/** The number of times in each bucket of a distribution, by the bucket's upper bound in milliseconds. */
export type Buckets = ReadonlyMap<number, number>;

/** Percentiles in milliseconds; `null` without times. */
export interface Percentiles {
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** Returns the buckets of a distribution. */
export function bucketsOf(latency: Latency | undefined): Buckets {
  return new Map(latency?.buckets.map(({ upperMs, count }) => [upperMs, Number(count)]));
}

/** Returns the times that came after an earlier reading of the same distribution. */
export function withoutEarlier(now: Buckets, before: Buckets): Buckets {
  const rest = new Map<number, number>();
  for (const [upperMs, count] of now) {
    const added = count - (before.get(upperMs) ?? 0);
    if (added > 0) rest.set(upperMs, added);
  }
  return rest;
}

/** Returns one distribution of all. */
export function merged(all: Iterable<Buckets>): Buckets {
  const total = new Map<number, number>();
  for (const buckets of all) {
    for (const [upperMs, count] of buckets) total.set(upperMs, (total.get(upperMs) ?? 0) + count);
  }
  return total;
}

/** Returns percentiles: the upper bound of the bucket that holds each, which is within a bucket's width. */
export function percentilesOf(buckets: Buckets): Percentiles {
  const sorted = [...buckets].sort(([one], [other]) => one - other);
  const count = sorted.reduce((total, [, each]) => total + each, 0);
  if (count === 0) return { p50: null, p90: null, p99: null, max: null };
  const at = (share: number): number | null => {
    const rank = Math.ceil(share * count);
    let seen = 0;
    for (const [upperMs, each] of sorted) {
      seen += each;
      if (seen >= rank) return upperMs;
    }
    return null;
  };
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: sorted.at(-1)?.[0] ?? null };
}
