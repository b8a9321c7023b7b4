import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Publisher, Subscriber } from "dividere/messaging";
import { Msg01, Msg02 } from "../../gen/plain.js";
import { freePort } from "../../support/ports.js";
import { TemporaryFolder } from "../../support/temporary-folder.js";
import { done, failed, noSignals, Running } from "../support/dividere.js";

const proto = ["--proto", "test/proto/plain.proto"];
const soon = { timeoutMs: 20_000 };

/** Records two events. */
async function record(file: string, ...more: readonly string[]): Promise<string> {
  await using publisher = new Publisher("tcp://127.0.0.1:*", [Msg01, Msg02], { sequence: true });
  const endpoint = publisher.endpoints[0] ?? "";
  await using recording = new Running(["record", file, endpoint, "--count", "2", ...more]);
  for (const type of [Msg01, Msg02]) await publisher.waitForSubscribers(1, { ...soon, type });
  await publisher.send({ field1: "first" }, Msg01);
  await publisher.send({ field1: "second" }, Msg02);
  const { status, stdout, stderr } = await recording.end();
  assert.equal(status, 0, stderr);
  assert.equal(stdout, `Recorded 2 events in ${file}.\n`);
  return endpoint;
}

describe("dividere record", () => {
  test("writes the documented format", async () => {
    using folder = new TemporaryFolder();
    const endpoint = await record(folder.file("a.jsonl"));
    const [header, first, second, ...rest] = folder.read("a.jsonl").split("\n");
    assert.deepEqual(rest, [""]);
    const { startedAt, ...others } = JSON.parse(header ?? "");
    assert.ok(Date.parse(startedAt) <= Date.now());
    assert.deepEqual(others, { dividereRecording: 1, endpoints: [endpoint] });
    const [one, two] = [first, second].map((line) => JSON.parse(line ?? ""));
    assert.deepEqual([one.endpoint, one.type, two.type], [0, "Msg01", "Msg02"]);
    assert.ok(one.atMs > 0 && two.atMs >= one.atMs, `${one.atMs} ${two.atMs}`);
    assert.ok(Buffer.from(one.envelope, "base64").includes("first"));
  });

  test("ends at Ctrl-C with a whole file, and replaces no other", { skip: noSignals }, async () => {
    using folder = new TemporaryFolder();
    await using publisher = new Publisher("tcp://127.0.0.1:*", [Msg02]);
    const args = ["record", folder.file("a.jsonl"), publisher.endpoints[0] ?? ""];
    await using recording = new Running(args);
    await publisher.waitForSubscribers(1, soon);
    await publisher.send({ field1: "x" });
    await recording.printed("Recording");
    while (folder.read("a.jsonl").split("\n").length < 3) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal((await recording.stop("SIGTERM")).status, 0);
    const before = folder.read("a.jsonl");
    const again = await failed(2, args);
    assert.deepEqual(
      [again.code, again.hint],
      ["FILE_EXISTS", "Choose another name, or add --force to replace it."],
    );
    assert.equal(folder.read("a.jsonl"), before);
    await done([...args, "--force", "--duration", "10ms"]);
    assert.equal(folder.read("a.jsonl").split("\n").length, 2);
  });
});

describe("dividere replay", () => {
  test("publishes the events again, to a subscriber that has had their numbers too", async () => {
    using folder = new TemporaryFolder();
    const file = folder.file("a.jsonl");
    await record(file);
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    await using subscriber = new Subscriber(endpoint, [Msg01, Msg02]);
    for (let round = 0; round < 2; round++) {
      await using replay = new Running(["replay", file, endpoint]);
      const [first, second] = [await subscriber.recv(soon), await subscriber.recv(soon)];
      assert.deepEqual([first.field1, second.field1], ["first", "second"]);
      assert.equal((await replay.end()).stdout, `Published 2 events of ${file}.\n`);
    }
  });

  test("keeps the recorded pauses, or makes them shorter", async () => {
    using folder = new TemporaryFolder();
    const file = folder.file("a.jsonl");
    await record(file);
    const lines = folder.read("a.jsonl").split("\n");
    const [header, event] = lines;
    const later = (atMs: number) => JSON.stringify({ ...JSON.parse(event ?? ""), atMs });
    const replay = ["replay", file, "tcp://127.0.0.1:*", "--wait", "0", "--speed"];
    folder.write("a.jsonl", [header, later(0), later(1_000)].join("\n"));
    for (const [speed, leastMs] of [
      ["1", 1_000],
      ["4", 250],
    ] as const) {
      const started = performance.now();
      await done([...replay, speed]);
      assert.ok(performance.now() - started >= leastMs);
    }
    folder.write("a.jsonl", [header, later(0), later(86_400_000)].join("\n"));
    assert.deepEqual(await done([...replay, "max"]), [`Published 2 events of ${file}.`]);
  });

  test("binds the recorded endpoints, and publishes only the wanted types", async () => {
    using folder = new TemporaryFolder();
    const file = folder.file("a.jsonl");
    const endpoint = await record(file);
    await using replay = new Running(["replay", file, "--type", "Msg02"]);
    await using subscriber = new Subscriber(endpoint, [Msg01, Msg02]);
    assert.equal((await subscriber.recv(soon)).field1, "second");
    assert.equal((await replay.end()).status, 0);
  });

  test("prints the events with the schema in the file", async () => {
    using folder = new TemporaryFolder();
    const file = folder.file("a.jsonl");
    await record(file, ...proto);
    const lines = (await done(["replay", file, "--print"])).map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map(({ type, event }) => [type, event]),
      [
        ["Msg01", { field1: "first" }],
        ["Msg02", { field1: "second" }],
      ],
    );
  });

  test("names the line of a file that is no recording, or is cut off", async () => {
    using folder = new TemporaryFolder();
    folder.write("text", "hello\n");
    const text = await failed(2, ["replay", folder.file("text"), "--print"]);
    assert.match(text.message, /text:1 is not the header of a recording/);
    folder.write("cut", '{"dividereRecording":1,"startedAt":"","endpoints":[]}\n{"atMs":1,"endp');
    const cut = await failed(2, ["replay", folder.file("cut"), "--print"]);
    assert.match(cut.message, /cut:2 is not an event/);
    folder.write("new", '{"dividereRecording":9,"startedAt":"","endpoints":[]}\n');
    const newer = await failed(2, ["replay", folder.file("new"), "--print"]);
    assert.match(newer.hint ?? "", /newer dividere-cli/);
    const missing = await failed(2, ["replay", folder.file("none"), "--print"]);
    assert.match(missing.message, /none cannot be read: ENOENT/);
  });
});
