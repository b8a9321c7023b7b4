import type { Figure, Profiled, Target } from "./figure.js";
import type { Outcome, Skipped } from "./race.js";
import type { Load, Subject } from "./subject.js";

/** Options for {@link compare}. */
export interface Comparison {
  readonly name: string;
  /** Operations a second, or microseconds an operation. */
  readonly measure: "perSecond" | "microseconds";
  /** The operation of a rate: `msg` gives `msg/s`. */
  readonly unit: string;
  readonly target?: Target;
}

/** Makes a figure of our outcome and a peer's. */
export function compare(
  { name, measure, unit, target }: Comparison,
  ours: Outcome,
  peer: Outcome | Skipped,
): Figure {
  return {
    name,
    unit,
    ours: ours[measure],
    peerName: peer.subject.name,
    ...("skipped" in peer ? { skipped: peer.skipped } : { peer: peer[measure] }),
    target,
    profile: profileOf(ours),
  };
}

/** A profile of less shows how the process starts. */
const PROFILED_SECONDS = 2;

/** Runs a subject once more under the profiler. */
export function profileOf({ subject, load, count }: Outcome): Profiled {
  return (folder) => profile(subject, load, count, folder);
}

async function profile(subject: Subject, load: Load, count: number, folder: string): Promise<void> {
  await using running = await subject.start(folder);
  for (let seconds = 0; seconds < PROFILED_SECONDS; ) seconds += await running.run(count, load);
}
