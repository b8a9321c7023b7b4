import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type Stats, StatsSchema } from "../../../cli/src/gen/dividere/v1/introspection_pb.js";
import { percentilesOf } from "../../../cli/src/monitor/fleet/latency.js";
import { isRestart, ratesBetween } from "../../../cli/src/monitor/fleet/rates.js";
import { Ring } from "../../../cli/src/monitor/fleet/ring.js";

type Rpc = NonNullable<MessageInitShape<typeof StatsSchema>["rpcs"]>[number];

/** Returns a reading at a time, of a process that has started at 0 unless it says so. */
function reading(
  readAt: number,
  rpcs: readonly Rpc[],
  more: { instance?: string; startedAt?: number } = {},
): Stats {
  const { instance = "first", startedAt = 0 } = more;
  return create(StatsSchema, {
    instance,
    startedAt: timestampFromMs(startedAt),
    readAt: timestampFromMs(readAt),
    rpcs: [...rpcs],
  });
}

const rpc = "greeter.v1.Greeter/Reverse";

function times(...buckets: readonly (readonly [upperMs: number, count: number])[]): Rpc["latency"] {
  return { buckets: buckets.map(([upperMs, count]) => ({ upperMs, count: BigInt(count) })) };
}

test("rates are the differences of counters over the time between the readings", () => {
  const before = reading(10_000, [{ rpc, started: 100n, failed: 3n }]);
  const now = reading(12_500, [{ rpc, started: 150n, failed: 8n }]);
  const { callsPerSecond, errorsPerSecond, rpcs } = ratesBetween(before, now);
  assert.deepEqual([callsPerSecond, errorsPerSecond], [20, 2]);
  assert.deepEqual(
    rpcs.map(({ path }) => path),
    [rpc],
  );
});

test("the first reading of a process tells no rate: its counts are older", () => {
  const { callsPerSecond, errorsPerSecond, rpcs } = ratesBetween(
    undefined,
    reading(10_000, [{ rpc, started: 1_000n, failed: 10n, latency: times([1, 1_000]) }]),
  );
  assert.deepEqual([callsPerSecond, errorsPerSecond], [0, 0]);
  assert.equal(rpcs[0]?.times.size, 0);
});

test("a new process at the endpoint has counted from zero, since its start", () => {
  const before = reading(10_000, [{ rpc, started: 5_000n }]);
  const now = reading(14_000, [{ rpc, started: 30n }], { instance: "second", startedAt: 11_000 });
  assert.ok(isRestart(before, now));
  assert.equal(ratesBetween(before, now).callsPerSecond, 10);
  // Of one that has started long ago, only the time since the last reading is known to be ours.
  const earlier = reading(12_000, [{ rpc, started: 30n }], {
    instance: "second",
    startedAt: 1_000,
  });
  assert.equal(ratesBetween(before, earlier).callsPerSecond, 15);
});

test("counters that fall without a new instance are those of a new process too", () => {
  const before = reading(10_000, [{ rpc, started: 5_000n }]);
  const now = reading(11_000, [{ rpc, started: 7n }]);
  assert.ok(isRestart(before, now));
  assert.equal(ratesBetween(before, now).callsPerSecond, 7);
});

test("a clock that is set back gives no rate, and no negative one", () => {
  const before = reading(10_000, [{ rpc, started: 10n }]);
  const now = reading(9_000, [{ rpc, started: 20n }]);
  assert.equal(ratesBetween(before, now).callsPerSecond, 0);
});

test("latencies are those of the calls between the readings", () => {
  const before = reading(1_000, [{ rpc, started: 1_000n, latency: times([1, 900], [100, 100]) }]);
  const now = reading(2_000, [
    { rpc, started: 1_010n, latency: times([1, 900], [2, 5], [50, 4], [100, 101]) },
  ]);
  const [rate] = ratesBetween(before, now).rpcs;
  assert.deepEqual(
    [...(rate?.times ?? [])],
    [
      [2, 5],
      [50, 4],
      [100, 1],
    ],
  );
  assert.deepEqual(percentilesOf(rate?.times ?? new Map()), {
    p50: 2,
    p90: 50,
    p99: 100,
    max: 100,
  });
  assert.deepEqual(percentilesOf(new Map()), { p50: null, p90: null, p99: null, max: null });
});

test("links are found by what they are, not by their places", () => {
  const link = (kind: string, received: bigint) => ({ kind, endpoints: ["tcp://h:1"], received });
  const before = create(StatsSchema, {
    readAt: timestampFromMs(0),
    links: [link("Router", 10n), link("Subscriber", 100n)],
  });
  const now = create(StatsSchema, {
    readAt: timestampFromMs(1_000),
    links: [link("Subscriber", 105n), link("Router", 11n)],
  });
  const rates = ratesBetween(before, now).links.map(({ receivedPerSecond }) => receivedPerSecond);
  assert.deepEqual(rates, [5, 1]);
});

test("a ring keeps the last values in their order", () => {
  const ring = new Ring<number>(3);
  assert.deepEqual([ring.last, ring.toArray()], [undefined, []]);
  for (let value = 1; value <= 7; value++) {
    ring.push(value);
    assert.equal(ring.last, value);
  }
  assert.deepEqual([ring.size, ring.toArray()], [3, [5, 6, 7]]);
});
