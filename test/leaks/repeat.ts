import { getEventListeners } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { holdings } from "../support/leftovers.js";

/** What a round is given to do its work with. */
export interface Tools {
  /** The same for all rounds: what listens to it and does not stop listening is found. */
  readonly signal: AbortSignal;
  /** Notes an object that has to be collected once its round is over. */
  watch<T extends object>(object: T): T;
}

/** Starts the classes that a round is about, uses them and stops them. */
export type Round = (tools: Tools) => Promise<void>;

/** Has a round done so often as the test says. What a scenario opens before is there for all rounds. */
export type Repeat = (round: Round) => Promise<void>;

/** What may be there once and for all, such as libzmq's own threads, is there after so many rounds. */
const WARM_UP = 20;

/** The sockets of a process are limited, and libzmq ends them after they were closed: the rounds wait so often. */
const SETTLED_EVERY = 25;

/** What libzmq and the system may take to give back what was closed; far above what they do take. */
const SETTLING_MS = 30_000;

/** An object may live until its round's stack is gone. */
const STILL_ALIVE = 5;

/** Does the rounds, and says what they left behind: a line each. */
export async function leftBehind(count: number, round: Round): Promise<readonly string[]> {
  const controller = new AbortController();
  const watched: WeakRef<object>[] = [];
  const tools: Tools = {
    signal: controller.signal,
    watch(object) {
      watched.push(new WeakRef(object));
      // What a link stands on may be kept where the link itself is not.
      if ("connector" in object) watched.push(new WeakRef(object.connector as object));
      return object;
    },
  };
  for (let warm = 0; warm < Math.min(WARM_UP, count / 5); warm++) await round(tools);
  const before = await quietly();
  for (let time = 1; time <= count; time++) {
    await round(tools);
    if (time % SETTLED_EVERY > 0 && time < count) continue;
    const more = await untilSettled(before);
    if (more.length > 0) return [`after ${time} times: ${more.join("; ")}`];
  }
  const listeners = getEventListeners(controller.signal, "abort").length;
  const alive = await stillAlive(watched);
  return [
    ...(listeners > 0 ? [`${listeners} listeners on the signal that every wait was given`] : []),
    ...(alive > STILL_ALIVE ? [`${alive} of ${watched.length} objects that nobody has`] : []),
  ];
}

type Counts = Readonly<Record<string, number>>;

/** Everything of this process that can be counted from inside. */
function counts(): Counts {
  const { resources, descriptors } = holdings();
  const listeners = process
    .eventNames()
    .reduce((sum, name) => sum + process.listenerCount(name as NodeJS.Signals), 0);
  return {
    ...resources,
    "open files": descriptors,
    "child processes": countChildren(),
    "listeners on the process": listeners,
    "temporary files": temporaryFiles().length,
  };
}

function countChildren(): number {
  if (process.platform !== "linux") return 0;
  const tasks = readdirSync("/proc/self/task");
  const children = tasks.map((task) => readFileSync(`/proc/self/task/${task}/children`, "utf8"));
  return children.join(" ").split(" ").filter(Boolean).length;
}

function temporaryFiles(): readonly string[] {
  // tsx has its cache there.
  return readdirSync(tmpdir(), { recursive: true, encoding: "utf8" }).filter(
    (path) => !path.startsWith("tsx-"),
  );
}

/** The counts once they have stopped falling. */
async function quietly(): Promise<Counts> {
  let last = counts();
  for (let quiet = 0; quiet < 20; quiet++) {
    await delay(10);
    const now = counts();
    if (above(last, now).length > 0) quiet = 0;
    last = now;
  }
  return last;
}

/** What is still more than before when the time for it is over; nothing, once there is nothing. */
async function untilSettled(before: Counts): Promise<readonly string[]> {
  const deadline = performance.now() + SETTLING_MS;
  let more = above(counts(), before);
  while (more.length > 0 && performance.now() < deadline) {
    await delay(1);
    more = above(counts(), before);
  }
  return more;
}

function above(now: Counts, before: Counts): readonly string[] {
  return Object.entries(now)
    .filter(([what, count]) => count > (before[what] ?? 0))
    .map(([what, count]) => `${what}: ${count} instead of ${before[what] ?? 0}`);
}

async function stillAlive(watched: readonly WeakRef<object>[]): Promise<number> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error("Run this with --expose-gc");
  const count = (): number => watched.filter((each) => each.deref() !== undefined).length;
  for (let attempt = 0; attempt < 20 && count() > STILL_ALIVE; attempt++) {
    await delay(10);
    gc();
  }
  return count();
}
