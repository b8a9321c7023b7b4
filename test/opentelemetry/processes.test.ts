import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { SpanKind, trace } from "@opentelemetry/api";
import { Subscriber } from "dividere/messaging";
import { traceEvent } from "dividere/opentelemetry";
import { Msg02 } from "../gen/plain.js";
import { GreeterRequest } from "../gen/plain_dividere.js";
import { Child, root } from "../support/child.js";
import { Lines } from "../support/lines.js";
import { freePort } from "../support/ports.js";
import { TemporaryFolder } from "../support/temporary-folder.js";
import { within } from "../support/within.js";
import type { WrittenSpan } from "./programs/telemetry.js";

const soon = { timeoutMs: 20_000 };

async function local(): Promise<string> {
  return `tcp://127.0.0.1:${await freePort()}`;
}

/** Starts a program of this folder, and waits until it is ready. */
async function start(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Child> {
  const lines = new Lines();
  const script = join(root, "test", "opentelemetry", "programs", name);
  const child = new Child("node", ["--import=tsx", script, ...args], { env }, (line) =>
    lines.push(line),
  );
  lines.follow(child);
  await lines.next("ready", soon.timeoutMs);
  return child;
}

/** Lets a program end by itself, and gives its process id. */
async function end(child: Child): Promise<number | undefined> {
  child.endInput();
  const { status, stderr } = await within(child.ended, () => child.describe(), soon.timeoutMs);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  return child.pid;
}

test("a trace goes through a broker, a worker process, another server and an event, and is one", async () => {
  using folder = new TemporaryFolder();
  const file = folder.file("spans.jsonl");
  folder.write("spans.jsonl", "");
  process.env["SPANS"] = file;
  // Here too, so that this process writes its spans to the same file.
  const { interceptors, shutdown } = await import("./programs/telemetry.js");
  const [frontend, backend, last, news] = await Promise.all([local(), local(), local(), local()]);
  const env = { SPANS: file, BROKER: backend, LAST: last, NEWS: news };
  await using broker = await start("broker-child.ts", [frontend, backend], {});
  await using lastServer = await start("last-child.ts", [last], env);
  await using events = new Subscriber(`@${news}`, [Msg02]);
  const event = events.recv(soon);
  await using behind = await start("behind-broker-child.ts", [], env);
  await using greeter = new GreeterRequest(frontend, { interceptors });

  const [answer] = await Promise.all([
    trace.getTracer("test").startActiveSpan("user", async (span) => {
      const reply = await greeter.reverse({ field1: "abc" }, soon);
      span.end();
      return reply;
    }),
    event.then((came) => traceEvent(came, ({ field1 }) => assert.equal(field1, "cba"))),
  ]);
  const [worker, text] = answer.field1.split(" ");
  assert.equal(text, "cba");
  const [behindPid, lastPid] = [await end(behind), await end(lastServer)];
  await end(broker);
  await shutdown();

  const spans = folder
    .read("spans.jsonl")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as WrittenSpan);
  assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 1);
  const processes: Readonly<Record<number, string>> = {
    [process.pid]: "test",
    [behindPid ?? 0]: "behind the broker",
    [Number(worker)]: "worker",
    [lastPid ?? 0]: "last",
  };
  assert.equal(Object.keys(processes).length, 4, "each has a process of its own");
  const tree = (parent: string | undefined): unknown[] =>
    spans
      .filter((span) => span.parent === parent)
      .sort((one, other) => one.kind - other.kind)
      .map(({ id, name, kind, pid }) => [
        `${SpanKind[kind]} ${name} in ${processes[pid]}`,
        ...tree(id),
      ]);
  assert.deepEqual(tree(undefined), [
    [
      "INTERNAL user in test",
      [
        "CLIENT Greeter/Reverse in test",
        [
          "SERVER Greeter/Reverse in behind the broker",
          [
            "CLIENT Greeter/Reverse in behind the broker",
            [
              "SERVER Greeter/Reverse in worker",
              ["CLIENT Greeter/Reverse in worker", ["SERVER Greeter/Reverse in last"]],
              ["PRODUCER publish Msg02 in worker", ["CONSUMER process Msg02 in test"]],
            ],
          ],
        ],
      ],
    ],
  ]);
});
