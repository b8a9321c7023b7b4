import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Publisher } from "dividere/messaging";
import { Latencies } from "../../../cli/src/commands/bench/latencies.js";
import { Msg02 } from "../../gen/plain.js";
import { until } from "../../support/until.js";
import { dividere, done, failed, noSignals, Running } from "../support/dividere.js";
import { serveAll } from "../support/services.js";

const proto = ["--proto", "test/proto/plain.proto"];
const short = ["--duration", "300ms"];

describe("dividere bench", () => {
  test("call measures an rpc, and counts its failures by status", async () => {
    await using services = serveAll();
    const call = ["bench", "call", services.endpoints[0] ?? ""];
    const good = await done([...call, "Reverse", '{"field1":"x"}', ...short, "--json"]);
    const { rpc, calls, failed: none, latency, concurrency } = JSON.parse(good[0] ?? "");
    assert.deepEqual([rpc, none, concurrency, latency.count], ["Greeter/Reverse", 0, 10, calls]);
    assert.ok(calls > 0 && latency.minMs <= latency.p50Ms && latency.p50Ms <= latency.maxMs);
    const { status, stdout } = await dividere([...call, "Reverse", "{}", ...short, "--json"]);
    assert.equal(status, 6);
    const bad = JSON.parse(stdout);
    assert.deepEqual(bad.failures, { INVALID_ARGUMENT: bad.calls });
    const lines = await done([...call, "Follow", '{"lastLines":2}', ...short]);
    assert.match(lines[0] ?? "", /^Log\/Follow: [\d,]+ calls in \d+\.\d s, [\d,]+ a second$/);
    assert.match(lines[1] ?? "", /^latency, ms +MIN +MEAN +P50 +P90 +P99 +P99\.9 +MAX$/);
    for (const line of lines) assert.ok(line.length <= 80, line);
  });

  test("call keeps to a rate, and ends early at Ctrl-C", { skip: noSignals }, async () => {
    await using services = serveAll();
    const call = ["bench", "call", services.endpoints[0] ?? "", "Reverse", '{"field1":"x"}'];
    const [line = ""] = await done([...call, "--rate", "20", "--duration", "500ms", "--json"]);
    const { calls } = JSON.parse(line);
    // A busy machine may not keep up.
    assert.ok(calls > 0 && calls <= 10, line);
    await using long = new Running([...call, "--duration", "10m", "--json"]);
    const before = services.stats.rpcs[0]?.started ?? 0;
    await until(() => (services.stats.rpcs[0]?.started ?? 0) > before, "a call");
    const { status, stdout } = await long.stop();
    assert.equal(status, 0);
    assert.ok(JSON.parse(stdout).calls > 0);
  });

  test("call refuses events and streams of requests", async () => {
    await using services = serveAll();
    const call = ["bench", "call", services.endpoints[0] ?? ""];
    assert.match((await failed(2, [...call, "Announce"])).hint ?? "", /dividere bench pub/);
    assert.equal((await failed(2, [...call, "Talk"])).code, "NOT_CALLABLE");
  });

  test("pub measures the way of events to its own subscriber", async () => {
    const args = ["bench", "pub", "tcp://127.0.0.1:*", "Msg02", ...proto, ...short];
    const [line = ""] = await done([...args, "--rate", "100", "--json"]);
    const { type, published, received, lost, latency } = JSON.parse(line);
    assert.deepEqual([type, received, lost, latency.count], ["Msg02", published, 0, published]);
    assert.ok(published > 0 && published <= 30, line);
  });

  test("sub counts the events of a publisher by type", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*", [Msg02], { sequence: true });
    await using sub = new Running([
      "bench",
      "sub",
      publisher.endpoints[0] ?? "",
      "-d",
      "3s",
      "--json",
    ]);
    await publisher.waitForSubscribers(1, { timeoutMs: 20_000 });
    for (let at = 0; at < 5; at++) await publisher.send({ field1: "x" });
    const { status, stdout } = await sub.end();
    assert.equal(status, 0);
    const { events, types } = JSON.parse(stdout);
    assert.equal(events, 5);
    const [{ type, bytes, lost }] = types;
    assert.deepEqual([types.length, type, lost], [1, "Msg02", 0]);
    assert.ok(bytes > 5 * 20);
  });
});

test("latencies are those of an HDR histogram, in milliseconds", () => {
  const latencies = new Latencies();
  assert.deepEqual(latencies.summary().maxMs, 0);
  for (let ms = 1; ms <= 100; ms++) latencies.add(ms);
  const { count, minMs, p50Ms, p90Ms, maxMs } = latencies.summary();
  assert.deepEqual([count, minMs], [100, 1]);
  for (const [value, expected] of [
    [p50Ms, 50],
    [p90Ms, 90],
    [maxMs, 100],
  ] as const) {
    assert.ok(Math.abs(value - expected) / expected < 0.002, `${value} ${expected}`);
  }
});
