import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import type { CpuProfile } from "../../bench/report/profile/cpu-profile.js";
import { type ProcessProfile, readProfiles } from "../../bench/report/profile/process-profile.js";
import { profileTable, profileText } from "../../bench/report/profile/profile-text.js";
import { readThreadTimes, type ThreadTime } from "../../bench/roles/threads.js";
import { TemporaryFolder } from "../support/temporary-folder.js";

/** A bundle as esbuild writes it: the first line of each module is a comment with its path. */
const bundle = [
  "// runtime/src/connection/queue/send-queue.ts",
  "send() {}",
  "// runtime/src/messaging/envelope/decoder.ts",
  "decode() {}",
  "// node_modules/@bufbuild/protobuf/dist/esm/wire/binary-encoding.js",
  "tag() {}",
].join("\n");

/** The frames of a profile with the microseconds that each took. */
type Times = readonly (readonly [name: string, url: string, line: number, time: number])[];

function profileOf(times: Times): CpuProfile {
  return {
    nodes: times.map(([functionName, url, lineNumber], id) => ({
      id,
      callFrame: { functionName, url, lineNumber },
    })),
    samples: times.map((_, id) => id),
    timeDeltas: times.map(([, , , time]) => time),
  };
}

/** Reads the profile of one process, whose scripts are the bundle. */
function read(
  times: (bundleUrl: string) => Times,
  threads?: readonly ThreadTime[],
): ProcessProfile {
  using folder = new TemporaryFolder();
  folder.write("chunk.js", bundle);
  mkdirSync(folder.file("roles-dividere-client"));
  const profile = profileOf(times(pathToFileURL(folder.file("chunk.js")).href));
  folder.write("roles-dividere-client/a.cpuprofile", JSON.stringify(profile));
  if (threads !== undefined)
    folder.write("roles-dividere-client/threads.json", JSON.stringify(threads));
  const [only, ...others] = readProfiles(folder.path);
  assert.ok(only !== undefined && others.length === 0);
  return only;
}

test("a profile tells what the busy time is for, and how much of the time was idle", () => {
  const { process, busy, groups } = read((url) => [
    ["(idle)", "", -1, 1_000],
    ["#try", url, 1, 400],
    ["send", url, 1, 100],
    ["decode", url, 3, 200],
    ["tag", url, 5, 100],
    ["(garbage collector)", "", -1, 80],
    ["(program)", "", -1, 60],
    ["setTimeout", "node:timers", 10, 30],
    ["latin1Slice", "", -1, 25],
    ["compileFunction", "node:internal/modules", 1, 5],
  ]);
  assert.equal(process, "client");
  assert.equal(busy, 0.5);
  assert.deepEqual(groups, [
    { name: "zeromq.js: send", share: 0.4 },
    { name: "dividere: messaging/envelope", share: 0.2 },
    { name: "dividere: connection/queue", share: 0.1 },
    { name: "protobuf's and generated code", share: 0.1 },
    { name: "garbage collector", share: 0.08 },
    { name: "event loop, system calls and other native code", share: 0.06 },
    { name: "Node.js and V8", share: 0.055 },
    { name: "other", share: 0.005 },
  ]);
});

test("a profile names the longest functions by their sources", () => {
  const { functions } = read((url) => [
    ["decode", url, 3, 20],
    ["#try", url, 1, 60],
    ["", "file:///elsewhere/own/script.js", 7, 15],
    ["next", "file:///x/node_modules/zeromq/lib/index.js", 7, 5],
  ]);
  assert.deepEqual(
    functions.map(({ name }) => name),
    [
      "#try connection/queue/send-queue.ts",
      "decode messaging/envelope/decoder.ts",
      "(anonymous) own/script.js",
      "next zeromq/lib/index.js",
    ],
  );
});

test("a profile is a text for a terminal and a column of a table", () => {
  const client = read(
    (url) => [
      ["#try", url, 1, 75],
      ["(garbage collector)", "", -1, 25],
    ],
    [
      { name: "main thread", seconds: 3 },
      { name: "libzmq's threads", seconds: 1 },
    ],
  );
  const text = profileText(client);
  assert.match(text, /^client: the main thread was busy for 100 % of the time/);
  assert.match(text, /\n {5}75 % {2}zeromq\.js: send\n/);
  assert.match(text, /\n {5}25 % {2}libzmq's threads$/);
  const server = { ...client, process: "server", groups: [{ name: "the bench", share: 1 }] };
  const rows = profileTable([client, server]).split("\n");
  assert.deepEqual(rows.slice(0, 3), [
    "| share of the main thread's busy time | client | server |",
    "| --- | --- | --- |",
    "| the bench |  | 100 % |",
  ]);
  assert.ok(rows.includes("| *libzmq's threads, of the CPU time* | 25 % | 25 % |"));
});

test("processes of one role are told apart", () => {
  using folder = new TemporaryFolder();
  mkdirSync(folder.file("roles-dividere-farm"));
  for (const name of ["a", "b"])
    folder.write(
      `roles-dividere-farm/${name}.cpuprofile`,
      JSON.stringify(profileOf([["(program)", "", -1, 1]])),
    );
  folder.write("roles-dividere-farm/notes.txt", "");
  assert.deepEqual(
    readProfiles(folder.path).map(({ process }) => process),
    ["farm", "farm, process 2"],
  );
});

test("the CPU time of a process's threads is that of the process", {
  skip: process.platform !== "linux" && "only Linux tells the times of threads",
}, () => {
  const threads = readThreadTimes();
  assert.equal(threads.filter(({ name }) => name === "main thread").length, 1);
  const all = threads.reduce((sum, { seconds }) => sum + seconds, 0);
  const { user, system } = process.cpuUsage();
  // Threads that have ended count for the process alone, and ticks are coarse.
  assert.ok(all > 0 && all <= (user + system) / 1e6 + 0.05 * threads.length, `${all} s`);
});

test("a role writes the times of its threads beside its profile, and nothing without one", () => {
  using folder = new TemporaryFolder();
  const module = JSON.stringify(new URL("../../bench/roles/threads.ts", import.meta.url).href);
  const script = `import { writeThreadTimes } from ${module}; writeThreadTimes("threads.json");`;
  const run = (options: readonly string[]) =>
    spawnSync(
      process.execPath,
      [...options, "--import=tsx", "--input-type=module", "--eval", script],
      { encoding: "utf8" },
    );
  const target = folder.file("profiles");
  assert.deepEqual([run([]).status, existsSync(target)], [0, false]);
  const { status, stderr } = run(["--cpu-prof", `--cpu-prof-dir=${target}`]);
  assert.equal(status, 0, stderr);
  assert.ok(existsSync(join(target, "threads.json")));
});
