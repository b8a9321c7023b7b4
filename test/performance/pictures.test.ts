import assert from "node:assert/strict";
import { test } from "node:test";
import { Telegram } from "../../bench/gen/bench.js";
import { summarise } from "../../bench/harness/statistics.js";
import { axisNumber, shortNumber } from "../../bench/report/numbers.js";
import { toSvg } from "../../bench/report/svg.js";
import { payloadOf } from "../../bench/roles/load.js";

test("numbers are short and keep what counts", () => {
  const written = [0.25, 7.348, 312.4, 4_321, 24_060, 3_412_000].map(shortNumber);
  assert.deepEqual(written, ["0.25", "7.35", "312", "4,321", "24.1 k", "3.41 M"]);
  const counts = [1, 64, 1_000, 1_024, 65_536, 1 << 20, 10_000].map(axisNumber);
  assert.deepEqual(counts, ["1", "64", "1 k", "1 Ki", "64 Ki", "1 Mi", "10 k"]);
});

test("a bar is as long as its value, ours is told apart, and labels are escaped", () => {
  const svg = toSvg({
    kind: "bars",
    name: "x",
    title: "a < b",
    unit: "msg/s",
    bars: [
      { label: "ours & co", value: summarise([200]), ours: true },
      { label: "peer", value: summarise([100]), ours: false },
    ],
  });
  const bars = [...svg.matchAll(/width="([\d.]+)" height="20" fill="(#\w+)"/g)];
  assert.equal(bars.length, 2);
  assert.equal(Number(bars[0]?.[1]), 2 * Number(bars[1]?.[1]));
  assert.notEqual(bars[0]?.[2], bars[1]?.[2]);
  assert.match(svg, />ours &amp; co</);
  assert.match(svg, /<title>a &lt; b, msg\/s<\/title>/);
});

test("points stand on logarithmic axes, and a cost from zero on a linear one", () => {
  const points = [1, 10, 100].map((x) => ({ x, value: summarise([x]) }));
  const lines = [{ label: "ours", ours: true, points }];
  const chart = { kind: "lines", name: "x", title: "x", unit: "µs", xLabel: "n", lines } as const;
  const places = (svg: string) =>
    [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [
      Number(x),
      Number(y),
    ]);
  const [a, b, c] = places(toSvg(chart));
  assert.ok(a && b && c);
  // In equal steps along both axes.
  assert.ok(Math.abs((b[0] ?? 0) * 2 - (a[0] ?? 0) - (c[0] ?? 0)) < 1);
  assert.ok(Math.abs((b[1] ?? 0) * 2 - (a[1] ?? 0) - (c[1] ?? 0)) < 1);
  const [first, second, third] = places(toSvg({ ...chart, fromZero: true }));
  assert.ok((first?.[1] ?? 0) - (second?.[1] ?? 0) < (second?.[1] ?? 0) - (third?.[1] ?? 0));
});

test("a message of the benches has exactly the size that is asked for", () => {
  for (const size of [16, 64, 127, 128, 134, 135, 1_024, 65_536, 1_048_576]) {
    const length = Telegram.encode({ number: 1, payload: payloadOf(size) }).finish().length;
    // No payload gives the size at which its length takes another byte.
    assert.ok(length === size || length === size - 1, `${size} became ${length}`);
  }
  assert.equal(Telegram.encode({ number: 1, payload: payloadOf(64) }).finish().length, 64);
});
