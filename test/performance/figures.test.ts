import assert from "node:assert/strict";
import { test } from "node:test";
import { readArguments } from "../../bench/harness/arguments.js";
import { compare } from "../../bench/harness/compare.js";
import {
  atLeast,
  atMost,
  type Figure,
  isMet,
  ratioOf,
  targetText,
  toLine,
} from "../../bench/harness/figure.js";
import { type Outcome, Results, race, warmUp } from "../../bench/harness/race.js";
import { raceStarts, timeOf } from "../../bench/harness/starts.js";
import { summarise } from "../../bench/harness/statistics.js";
import type { Load, Running, Subject } from "../../bench/harness/subject.js";
import { pageText } from "../../bench/report/page.js";
import { toMarkdown, toText } from "../../bench/report/table.js";

const figure = (fields: Partial<Figure>): Figure => ({
  name: "publish",
  unit: "msg/s",
  ours: summarise([90, 100, 110]),
  ...fields,
});

test("a line of JSON has the eight fields of a figure and no others, unless it has a profile", () => {
  const line = toLine(
    figure({
      peerName: "nats.js",
      peer: summarise([200]),
      target: atLeast(2),
      profile: async () => {},
    }),
  );
  assert.deepEqual(line, {
    name: "publish",
    unit: "msg/s",
    ours: 100,
    peer: 200,
    peerName: "nats.js",
    ratio: 0.5,
    target: "≥ 2",
    met: false,
  });
});

test("a target is met at its very value, from above or from below", () => {
  const peer = { peerName: "peer", peer: summarise([100]) };
  assert.equal(isMet(figure({ ...peer, target: atLeast(1) })), true);
  assert.equal(isMet(figure({ ...peer, target: atMost(1) })), true);
  assert.equal(isMet(figure({ ...peer, target: atLeast(1.01) })), false);
  assert.equal(isMet(figure({ ...peer, target: atMost(0.99) })), false);
});

test("a target without a peer is a value of our own, with its unit", () => {
  const hop = figure({ unit: "µs", target: atMost(60) });
  assert.equal(targetText(hop), "≤ 60 µs");
  assert.equal(isMet(hop), false);
  assert.equal(ratioOf(hop), undefined);
  assert.equal(toLine(hop).peerName, null);
});

test("a peer that is missing is a line with the reason, and neither met nor missed", () => {
  const skipped = figure({ peerName: "nats.js", target: atLeast(2), skipped: "no nats-server" });
  assert.equal(isMet(skipped), undefined);
  const { peer, ratio, met, skipped: reason } = toLine(skipped);
  assert.deepEqual([peer, ratio, met, reason], [null, null, null, "no nats-server"]);
  assert.match(toText([skipped]), /nats\.js: skipped.*\n {4}skipped: no nats-server$/);
});

test("a figure's text says which target was missed, and its row has a cell a column", () => {
  const missed = figure({ peerName: "zeromq.js", peer: summarise([200]), target: atLeast(0.9) });
  assert.match(toText([missed]), /ratio 0\.50 {2}target ≥ 0\.9: NOT MET$/);
  const [head, rule, row] = toMarkdown([missed]).split("\n");
  assert.equal(head?.split("|").length, row?.split("|").length);
  assert.match(rule ?? "", /^(\| --- )+\|$/);
  assert.match(row ?? "", /\| 100 \(90–110\) \| 200 \(200–200\) \| zeromq\.js \| 0\.50 \|/);
});

/** A subject whose every operation takes so many seconds, by its own word. */
function steady(
  name: string,
  cost: number,
  log: string[] = [],
  fields: Partial<Subject> = {},
): Subject {
  return {
    name,
    start: async (): Promise<Running> => ({
      run: async (count) => {
        log.push(name);
        return count * cost;
      },
      [Symbol.asyncDispose]: async () => void log.push(`${name} ended`),
    }),
    ...fields,
  };
}

const load: Load = { size: 64, inFlight: 1 };
const effort = { rounds: 3, roundSeconds: 1 };

test("a race gives each subject its cost, in turns that change, and ends its processes", async () => {
  const log: string[] = [];
  const [fast, slow] = [steady("fast", 0.01, log), steady("slow", 0.02, log)];
  const results = await race([fast, slow], [load], effort);
  const outcome = results.ours(fast, load);
  assert.equal(outcome.count, 100);
  assert.deepEqual(outcome.perSecond, { median: 100, low: 100, high: 100 });
  assert.equal(results.ours(slow, load).microseconds.median, 20_000);
  assert.deepEqual(log.slice(-8), [
    ...["fast", "slow", "slow", "fast", "fast", "slow"],
    ...["fast ended", "slow ended"],
  ]);
});

test("a race leaves out who is missing, and who does not take a load", async () => {
  const gone = steady("gone", 1, [], { missing: async () => "not installed" });
  const choosy = steady("choosy", 0.1, [], { takes: ({ size }) => size > 64 });
  const ours = steady("ours", 0.1);
  const results = await race([gone, choosy, ours], [load], effort);
  const compared = compare(
    { name: "x", measure: "perSecond", unit: "msg/s", target: atLeast(1) },
    results.ours(ours, load),
    results.of(gone, load),
  );
  assert.equal(compared.skipped, "not installed");
  assert.equal(isMet(compared), undefined);
  assert.deepEqual(
    results.under(load).map(({ subject }) => subject.name),
    ["ours"],
  );
  assert.throws(() => results.of(choosy, load), /choosy was not measured/);
  assert.throws(() => results.ours(gone, load), /gone: not installed/);
});

test("a race ends those that have started when one does not start", async () => {
  const log: string[] = [];
  const broken = steady("broken", 1, log, {
    start: () => Promise.reject(new Error("no such program")),
  });
  await assert.rejects(race([steady("ours", 0.1, log), broken], [load], effort), {
    message: "no such program",
  });
  assert.deepEqual(log, ["ours ended"]);
});

test("warming up keeps to the most operations that a subject takes in a round", async () => {
  const small = steady("small", 1e-6, [], { maxCount: () => 450 });
  assert.equal(await warmUp(small, await small.start(), load, 1), 450);
});

test("programs run in turns, the first run of each for nothing", () => {
  const log: string[] = [];
  const program = (name: string, times: number[]) => ({
    name,
    run: (): number => {
      log.push(name);
      return times.shift() ?? 0;
    },
  });
  const [a, b] = [program("a", [99, 1, 3]), program("b", [99, 5, 5])];
  const times = raceStarts([a, b], 2);
  assert.deepEqual(log, ["a", "b", "a", "b", "a", "b"]);
  assert.deepEqual(timeOf(times, a), { median: 2, low: 1, high: 3 });
  assert.throws(() => timeOf(times, program("c", [])), /c did not run/);
});

test("the command line names groups and options, and refuses what there is not", () => {
  const groups = ["publish", "calls"];
  const { names, quick, json } = readArguments(["--quick", "calls"], groups);
  assert.deepEqual({ names, quick, json }, { names: ["calls"], quick: true, json: false });
  assert.throws(
    () => readArguments(["call"], groups),
    /No bench is named call; there are publish, calls/,
  );
  assert.throws(() => readArguments(["--fast"], groups), { code: "ERR_PARSE_ARGS_UNKNOWN_OPTION" });
  assert.throws(() => readArguments(["--report", "calls"], groups), /A report shows all benches/);
});

test("the page says how many targets are met, names those missed, and shows profiles and skips", () => {
  const outcomes: readonly Outcome[] = [];
  assert.equal(new Results(outcomes, []).under(load).length, 0);
  const missed = figure({ peerName: "zeromq.js", peer: summarise([200]), target: atLeast(0.9) });
  const met = figure({
    name: "calls",
    peerName: "grpc-js",
    peer: summarise([10]),
    target: atLeast(6),
  });
  const skipped = figure({ peerName: "nats.js", target: atLeast(2), skipped: "no nats-server" });
  const profile = {
    process: "client",
    busy: 0.5,
    groups: [{ name: "zeromq.js: send", share: 0.5 }],
    functions: [],
  };
  const page = pageText(
    [
      {
        group: {
          name: "publish",
          title: "Publishing",
          about: "About it.",
          measure: () => Promise.reject(new Error("not run")),
        },
        measured: {
          figures: [missed, met, skipped],
          charts: [{ kind: "bars", name: "publish", title: "Publishing", unit: "msg/s", bars: [] }],
        },
        profiles: new Map([[missed, [profile]]]),
      },
    ],
    "3 rounds.",
  );
  assert.match(
    page,
    /\n1 of 2 targets are met\. Missed:\n\n- publish, against zeromq\.js: 0\.50, where ≥ 0\.9 is the target\n/,
  );
  assert.match(page, /!\[Publishing, msg\/s\]\(performance\/publish\.svg\)/);
  assert.match(page, /nats\.js was skipped: no nats-server\./);
  assert.match(page, /\*\*Where the time goes\*\*, publish:\n\n\| .* \| client \|\n/);
  assert.match(page, /\n\| zeromq\.js: send \| 50 % \|\n/);
  assert.deepEqual(toLine(missed, [profile]).profile, [profile]);
});
