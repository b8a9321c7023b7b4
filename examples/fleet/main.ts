// Starts the whole fleet: a registry, three services in two languages, a steady load and the monitor. Ctrl-C ends all of
// them. `npm start`
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Part } from "./part.js";
import { pythonWithDividere } from "./python.js";

const registry = process.env["REGISTRY"] ?? "tcp://127.0.0.1:5000";
const events = process.env["EVENTS"] ?? "tcp://127.0.0.1:5600";
const monitorPort = process.env["MONITOR_PORT"] ?? "7070";
const env = { REGISTRY: registry, EVENTS: events };

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const node = (program: string): [string, ...string[]] => [
  process.execPath,
  "--import=tsx",
  here(program),
];

const python = pythonWithDividere();
// The messages, for Python.
const image = here("messages.binpb");
execFileSync("buf", ["build", "--path", "proto/messages.proto", "-o", image], {
  cwd: here("."),
  stdio: "inherit",
});

const parts: Part[] = [];
let stopping: Promise<void> | undefined;

/** Ends all processes: the load first and the registry last. */
function stop(): Promise<void> {
  stopping ??= (async () => {
    for (const part of [...parts].reverse()) await part.stop();
  })();
  return stopping;
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (stopping === undefined) console.log("stopping");
    void stop();
  });
}
// Whatever ends this process, none of the others stays.
process.on("exit", () => {
  for (const part of parts) part.kill();
});

/** Starts a process, and waits until it is ready. */
async function start(
  name: string,
  command: readonly [string, ...string[]],
  ready: RegExp,
): Promise<void> {
  if (stopping !== undefined) return;
  const part = new Part(name, command, env, ready, (how) => {
    console.log(`${name} ${how}`);
    process.exitCode = 1;
    void stop();
  });
  parts.push(part);
  await part.ready;
}

try {
  await start("registry", ["dividere", "registry", "--endpoint", registry], /^Registry at /);
  await Promise.all([
    start("prices-1", node("prices.ts"), /^registered$/),
    start("prices-2", node("prices.ts"), /^registered$/),
    start("tax", [python, "-u", here("tax.py"), image], /^registered$/),
  ]);
  await start("orders", node("orders.ts"), /^registered$/);
  await start("load", node("load.ts"), /^placed the first order$/);
  await start(
    "monitor",
    ["dividere", "monitor", "--registry", registry, "--subscribe", events, "--port", monitorPort],
    /^Monitor at /,
  );
  console.log(`started ${parts.map(({ name, pid }) => `${name} (${pid})`).join(", ")}`);
  console.log("Ctrl-C ends the fleet");
} catch (error) {
  if (stopping === undefined) throw error;
  await stopping;
}
