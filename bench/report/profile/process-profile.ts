import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { THREADS_FILE, type ThreadTime } from "../../roles/threads.js";
import { busyShare, type CpuProfile, type SelfTime, selfTimes } from "./cpu-profile.js";
import { functionText, groupOf } from "./groups.js";
import { Sources } from "./sources.js";

/** Where the time of one process goes. */
export interface ProcessProfile {
  readonly process: string;
  /** The share of the time in which the main thread was not idle, from 0 to 1. */
  readonly busy: number;
  /** The main thread's work, by what it is for, as shares of its busy time. */
  readonly groups: readonly SelfTime[];
  /** The functions with the most time of their own, as shares of the same. */
  readonly functions: readonly SelfTime[];
  /** The CPU time of the process by its threads, as shares of all; missing where the system does not tell. */
  readonly threads?: readonly SelfTime[];
}

/** The functions that are named. */
const FUNCTIONS = 8;

/** A smaller share is told with others. */
const LEAST = 0.01;

/** Reads the profiles in a folder; a role and its child processes are apart. */
export function readProfiles(folder: string): ProcessProfile[] {
  const sources = new Sources();
  const named = new Map<string, number>();
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".cpuprofile"))
    .sort()
    .map((path) => {
      const file = join(folder, path);
      const profile = JSON.parse(readFileSync(file, "utf8")) as CpuProfile;
      const name = nameIn(relative(folder, dirname(file)));
      const count = (named.get(name) ?? 0) + 1;
      named.set(name, count);
      const threads = join(dirname(file), THREADS_FILE);
      return {
        process: count === 1 ? name : `${name}, process ${count}`,
        ...profileOf(profile, sources),
        ...(count === 1 && existsSync(threads) && { threads: threadShares(threads) }),
      };
    });
}

/** Sums a profile up. */
export function profileOf(
  profile: CpuProfile,
  sources: Sources,
): Pick<ProcessProfile, "busy" | "groups" | "functions"> {
  const groups = selfTimes(profile, (frame) => groupOf(frame, sources));
  const rest = groups
    .filter(({ share }) => share < LEAST)
    .reduce((sum, { share }) => sum + share, 0);
  return {
    busy: busyShare(profile),
    groups: [
      ...groups.filter(({ share }) => share >= LEAST),
      ...(rest > 0 ? [{ name: "other", share: rest }] : []),
    ],
    functions: selfTimes(profile, (frame) => functionText(frame, sources)).slice(0, FUNCTIONS),
  };
}

/** `roles-dividere-brokers-broker` is the broker. */
function nameIn(folder: string): string {
  const path = folder.split(sep).join("/");
  return path.replace(/^roles-(dividere-|zeromq-)?/, "").replaceAll("-", " ") || "process";
}

function threadShares(file: string): SelfTime[] {
  const threads = JSON.parse(readFileSync(file, "utf8")) as ThreadTime[];
  const all = threads.reduce((sum, { seconds }) => sum + seconds, 0);
  if (all === 0) return [];
  return threads.map(({ name, seconds }) => ({ name, share: seconds / all }));
}
