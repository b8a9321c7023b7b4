import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The file beside a profile that has the times of the threads. */
export const THREADS_FILE = "threads.json";

/** The CPU time of some threads of a process, in clock ticks as seconds. */
export interface ThreadTime {
  readonly name: string;
  readonly seconds: number;
}

/** The ticks of a second on Linux, which tells the times of threads in them. */
const TICKS = 100;

/**
 * Writes the CPU times of this process's threads beside its CPU profile, which sees the main thread alone. Does nothing without
 * a profile, or where the system does not tell.
 */
export function writeThreadTimes(file: string): void {
  const option = process.execArgv.find((each) => each.startsWith("--cpu-prof-dir="));
  if (option === undefined || !existsSync("/proc/self/task")) return;
  const folder = option.slice(option.indexOf("=") + 1);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), JSON.stringify(readThreadTimes()));
}

/** Reads the CPU times of this process's threads: the main thread, libzmq's, and all others together. */
export function readThreadTimes(): ThreadTime[] {
  const times = new Map<string, number>();
  for (const thread of readdirSync("/proc/self/task")) {
    const text = readFileSync(`/proc/self/task/${thread}/stat`, "utf8");
    const name = text.slice(text.indexOf("(") + 1, text.lastIndexOf(")"));
    // The fields after the name begin with the third; user and system time are the 14th and 15th.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const seconds = (Number(fields[11]) + Number(fields[12])) / TICKS;
    const kind =
      Number(thread) === process.pid
        ? "main thread"
        : name.startsWith("ZMQ")
          ? "libzmq's threads"
          : "V8's and libuv's threads";
    times.set(kind, (times.get(kind) ?? 0) + seconds);
  }
  return [...times].map(([name, seconds]) => ({ name, seconds }));
}
