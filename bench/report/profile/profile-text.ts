import type { SelfTime } from "./cpu-profile.js";
import type { ProcessProfile } from "./process-profile.js";

/** A process's profile for a terminal. */
export function profileText({ process, busy, groups, functions, threads }: ProcessProfile): string {
  return [
    `${process}: the main thread was busy for ${percent(busy)} of the time, with`,
    ...groups.map(shareLine),
    "  most of it in",
    ...functions.map(shareLine),
    ...(threads === undefined ? [] : ["  all CPU time, by threads", ...threads.map(shareLine)]),
  ].join("\n");
}

function shareLine({ name, share }: SelfTime): string {
  return `  ${percent(share).padStart(7)}  ${name}`;
}

/** The profiles of a figure's processes as a table of Markdown, a column a process. */
export function profileTable(profiles: readonly ProcessProfile[]): string {
  const names = (parts: (profile: ProcessProfile) => readonly SelfTime[]): string[] => {
    const all = profiles.flatMap(parts);
    const most = new Map<string, number>();
    for (const { name, share } of all) most.set(name, Math.max(most.get(name) ?? 0, share));
    return [...most].sort(([, a], [, b]) => b - a).map(([name]) => name);
  };
  const row = (name: string, cell: (profile: ProcessProfile) => string): string =>
    `| ${[name, ...profiles.map(cell)].join(" | ")} |`;
  const shareIn = (parts: readonly SelfTime[], name: string): string => {
    const found = parts.find((part) => part.name === name);
    return found === undefined ? "" : percent(found.share);
  };
  const threadsOf = ({ threads = [] }: ProcessProfile): readonly SelfTime[] => threads;
  return [
    row("share of the main thread's busy time", ({ process }) => process),
    row("---", () => "---"),
    ...names(({ groups }) => groups).map((name) =>
      row(name, ({ groups }) => shareIn(groups, name)),
    ),
    row("*main thread busy, of the time*", ({ busy }) => percent(busy)),
    ...names(threadsOf).map((name) =>
      row(`*${name}, of the CPU time*`, (profile) => shareIn(threadsOf(profile), name)),
    ),
    row("*the longest functions*", ({ functions }) =>
      functions
        .slice(0, 3)
        .map(({ name, share }) => `\`${name}\` ${percent(share)}`)
        .join(", "),
    ),
  ].join("\n");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
