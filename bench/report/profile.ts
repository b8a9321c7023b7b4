import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** The part of a `.cpuprofile` that is read. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** A function and its share of the time. */
export interface SelfTime {
  readonly name: string;
  /** The share of the time in which the process was not idle, from 0 to 1. */
  readonly share: number;
}

/** Returns the functions with the most time of their own, without the functions that they called. */
export function topSelfTimes(profile: CpuProfile, count: number): SelfTime[] {
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  let busy = 0;
  profile.samples.forEach((node, index) => {
    const name = names.get(node) ?? "(unknown)";
    if (name === "(idle)") return;
    const time = profile.timeDeltas[index] ?? 0;
    busy += time;
    times.set(name, (times.get(name) ?? 0) + time);
  });
  return [...times]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([name, time]) => ({ name, share: time / busy }));
}

function nameOf({
  functionName,
  url,
  lineNumber,
}: CpuProfile["nodes"][number]["callFrame"]): string {
  const name = functionName === "" ? "(anonymous)" : functionName;
  // V8's own work, such as "(garbage collector)", has no file.
  return url === "" ? name : `${name} ${placeOf(url)}:${lineNumber + 1}`;
}

function placeOf(url: string): string {
  const parts = url.split("/");
  const after = Math.max(parts.lastIndexOf("node_modules"), parts.lastIndexOf("runtime") - 1);
  return after < 0 ? parts.slice(-2).join("/") : parts.slice(after + 1).join("/");
}

/** The profiles in a folder, by the process that wrote them; a role and its children are apart. */
export function readProfiles(folder: string): { process: string; profile: CpuProfile }[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".cpuprofile"))
    .sort()
    .map((path) => ({
      process: relative(folder, join(folder, dirname(path)))
        .split(sep)
        .join("/"),
      profile: JSON.parse(readFileSync(join(folder, path), "utf8")) as CpuProfile,
    }));
}

/** A profile as lines of text. */
export function profileText(process: string, profile: CpuProfile, count = 12): string {
  const lines = topSelfTimes(profile, count).map(
    ({ name, share }) => `${(100 * share).toFixed(1).padStart(5)} %  ${name}`,
  );
  return [`${process}, self time`, ...lines].join("\n");
}
