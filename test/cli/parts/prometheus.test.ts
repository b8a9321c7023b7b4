import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { StatsSchema } from "../../../cli/src/gen/dividere/v1/introspection_pb.js";
import { prometheusText } from "../../../cli/src/output/prometheus.js";

test("counters become text that Prometheus reads, with cumulative buckets and escaped labels", () => {
  const stats = create(StatsSchema, {
    instance: "i",
    rpcs: [
      {
        rpc: 'a"b\\c\nd',
        started: 3n,
        succeeded: 2n,
        failed: 1n,
        failures: { NOT_FOUND: 1n },
        latency: {
          count: 3n,
          sumMs: 1_250,
          buckets: [
            { upperMs: 0.4, count: 1n },
            { upperMs: 4, count: 1n },
            { upperMs: 20_000, count: 1n },
          ],
        },
      },
    ],
  });
  const text = prometheusText([{ service: "greeter", endpoint: "tcp://a:1", stats }]);
  const labels = 'service="greeter",endpoint="tcp://a:1",instance_id="i",rpc="a\\"b\\\\c\\nd"';
  const buckets = [...text.matchAll(/_bucket\{.*le="(.*)"\} (\d+)$/gm)].map(([, le, n]) => [le, n]);
  assert.deepEqual(buckets[0], ["0.0005", "1"]);
  assert.deepEqual(
    buckets.find(([le]) => le === "0.005"),
    ["0.005", "2"],
  );
  assert.deepEqual(buckets.slice(-2), [
    ["10", "2"],
    ["+Inf", "3"],
  ]);
  for (const line of [
    `dividere_rpc_started_total{${labels}} 3`,
    `dividere_rpc_failed_total{${labels},code="NOT_FOUND"} 1`,
    `dividere_rpc_duration_seconds_sum{${labels}} 1.25`,
    `dividere_rpc_duration_seconds_count{${labels}} 3`,
  ]) {
    assert.ok(text.includes(`${line}\n`), line);
  }
  assert.equal(prometheusText([]), "");
});
