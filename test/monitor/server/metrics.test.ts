import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { startMonitor } from "../../../cli/dist/monitor/index.js";
import { serveAll } from "../../cli/support/services.js";
import { GreeterRequest } from "../../gen/plain_dividere.js";
import { Child } from "../../support/child.js";
import { PythonEnvironment } from "../../support/python-environment.js";
import { within } from "../../support/within.js";

const folder = import.meta.dirname;
const python = new PythonEnvironment(join(folder, "requirements.txt"));

type Labels = Readonly<Record<string, string>>;

interface Family {
  readonly name: string;
  readonly type: string;
  readonly samples: readonly (readonly [name: string, labels: Labels, value: number])[];
}

describe("the metrics of the monitor, read by Prometheus' own parser", {
  skip: await python.missing(),
}, () => {
  test("are the counters of the services, without a sample twice", async () => {
    await using server = serveAll();
    const [endpoint = ""] = server.endpoints;
    await using client = new GreeterRequest(endpoint);
    for (let count = 0; count < 20; count++) await client.reverse({ field1: "hello" });
    await assert.rejects(client.reverse({ field1: "" }), { status: "INVALID_ARGUMENT" });
    const nobody = "tcp://127.0.0.1:9";
    await using monitor = await startMonitor({
      port: 0,
      endpoints: [endpoint, nobody],
      intervalMs: 100,
    });
    const families = await metrics(monitor.url, (text) => /Greeter\/Reverse"} 21$/m.test(text));

    const value = (name: string, wanted: Labels): number | undefined =>
      families
        .flatMap(({ samples }) => samples)
        .find(([sample, labels]) => sample === name && includes(labels, wanted))?.[2];
    const rpc = { rpc: "Greeter/Reverse" };
    assert.equal(value("dividere_rpc_started_total", rpc), 21);
    assert.equal(value("dividere_rpc_succeeded_total", rpc), 20);
    assert.equal(value("dividere_rpc_failed_total", { ...rpc, code: "INVALID_ARGUMENT" }), 1);
    assert.equal(value("dividere_rpc_duration_seconds_count", rpc), 21);
    assert.equal(value("dividere_rpc_duration_seconds_bucket", { ...rpc, le: "+Inf" }), 21);
    assert.equal(value("dividere_up", { endpoint }), 1);
    assert.equal(value("dividere_up", { endpoint: nobody }), 0);
    assert.ok((value("dividere_resident_memory_bytes", {}) ?? 0) > 10_000_000);

    const keys = families.flatMap(({ samples }) =>
      samples.map(([name, labels]) => JSON.stringify([name, Object.entries(labels).sort()])),
    );
    assert.equal(new Set(keys).size, keys.length);
    assert.deepEqual(
      families.filter(({ type }) => type === "unknown").map(({ name }) => name),
      [],
    );
    for (const { name, type, samples } of families) {
      if (type === "histogram") assertRising(name, samples);
    }
  });
});

/** Fetches the metrics until they have something, and parses them. */
async function metrics(
  url: string,
  complete: (text: string) => boolean,
): Promise<readonly Family[]> {
  let body = "";
  const fetching = async (): Promise<void> => {
    do {
      const response = await fetch(`${url}metrics`);
      assert.equal(
        response.headers.get("content-type"),
        "text/plain; version=0.0.4; charset=utf-8",
      );
      body = await response.text();
    } while (!complete(body));
  };
  await within(fetching(), () => `the metrics: ${body}`);
  await using reader = new Child(python.python, [join(folder, "read-metrics.py")]);
  for (const line of body.split("\n")) reader.write(line);
  reader.endInput();
  const { status, stdout, stderr } = await reader.ended;
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Family[];
}

function includes(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

/** Each bucket of a histogram holds the ones before it. */
function assertRising(name: string, samples: Family["samples"]): void {
  const last = new Map<string, number>();
  for (const [sample, { le = "", ...labels }, value] of samples) {
    if (!sample.endsWith("_bucket")) continue;
    const key = JSON.stringify(labels);
    assert.ok(value >= (last.get(key) ?? 0), `${name} ${le} falls`);
    last.set(key, value);
  }
}
