/** A function, by its first line, counted from 0. */
export interface CallFrame {
  readonly functionName: string;
  /** The file; empty for V8's own work, such as `(garbage collector)`. */
  readonly url: string;
  readonly lineNumber: number;
}

/** The part of a `.cpuprofile` that is read: the main thread, sampled. */
export interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** A function, or a group of them, and its share of the time. */
export interface SelfTime {
  readonly name: string;
  /** The share of the time in which the main thread was not idle, from 0 to 1. */
  readonly share: number;
}

const IDLE = "(idle)";

/** Returns the time of functions with the same name, the longest first. */
export function selfTimes(profile: CpuProfile, nameOf: (frame: CallFrame) => string): SelfTime[] {
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, number>();
  let busy = 0;
  profile.samples.forEach((node, index) => {
    const frame = names.get(node);
    if (frame?.functionName === IDLE) return;
    const name = frame === undefined ? "(unknown)" : nameOf(frame);
    const time = profile.timeDeltas[index] ?? 0;
    busy += time;
    times.set(name, (times.get(name) ?? 0) + time);
  });
  return [...times]
    .sort(([, a], [, b]) => b - a)
    .map(([name, time]) => ({ name, share: time / busy }));
}

/** Returns the share of the time in which the main thread was not idle. */
export function busyShare({ nodes, samples, timeDeltas }: CpuProfile): number {
  const idle = new Set(
    nodes.filter(({ callFrame }) => callFrame.functionName === IDLE).map(({ id }) => id),
  );
  let [all, busy] = [0, 0];
  samples.forEach((node, index) => {
    const time = timeDeltas[index] ?? 0;
    all += time;
    if (!idle.has(node)) busy += time;
  });
  return all === 0 ? 0 : busy / all;
}
