import { nextCount, type Summary, summarise } from "./statistics.js";
import type { Load, Running, Subject } from "./subject.js";

/** The length of a race. */
export interface Effort {
  readonly rounds: number;
  readonly roundSeconds: number;
}

/** The result of a subject under a load. */
export interface Outcome {
  readonly subject: Subject;
  readonly load: Load;
  /** Operations a second. */
  readonly perSecond: Summary;
  /** Microseconds an operation. */
  readonly microseconds: Summary;
  /** The number of operations in a round. */
  readonly count: number;
}

/** A subject that was not measured, and the reason. */
export interface Skipped {
  readonly subject: Subject;
  readonly skipped: string;
}

/** The outcomes of a race. */
export class Results {
  readonly outcomes: readonly Outcome[];
  readonly skips: readonly Skipped[];

  constructor(outcomes: readonly Outcome[], skips: readonly Skipped[]) {
    this.outcomes = outcomes;
    this.skips = skips;
  }

  /** The outcome of a subject under a load, or the reason that there is none. */
  of(subject: Subject, load: Load): Outcome | Skipped {
    const skip = this.skips.find((each) => each.subject === subject);
    if (skip !== undefined) return skip;
    const outcome = this.outcomes.find((each) => each.subject === subject && each.load === load);
    if (outcome === undefined) throw new Error(`${subject.name} was not measured under this load`);
    return outcome;
  }

  /** The outcome of a subject that needs nothing but this repository. */
  ours(subject: Subject, load: Load): Outcome {
    const outcome = this.of(subject, load);
    if ("skipped" in outcome) throw new Error(`${subject.name}: ${outcome.skipped}`);
    return outcome;
  }

  /** All outcomes under a load, in the order of the subjects. */
  under(load: Load): readonly Outcome[] {
    return this.outcomes.filter((each) => each.load === load);
  }
}

/** The number of operations in the first round, from which the number for a full round follows. */
const FIRST_COUNT = 64;

/**
 * Measures subjects against each other: each runs in processes of its own, is warmed up until a round has its length, and
 * then all do their rounds in turns, so that whatever else the machine does meets them alike.
 */
export async function race(
  subjects: readonly Subject[],
  loads: readonly Load[],
  effort: Effort,
): Promise<Results> {
  const skips: Skipped[] = [];
  const started: { subject: Subject; running: Running }[] = [];
  const outcomes: Outcome[] = [];
  try {
    const present: Subject[] = [];
    for (const subject of subjects) {
      const skipped = await subject.missing?.();
      if (skipped === undefined) present.push(subject);
      else skips.push({ subject, skipped });
    }
    started.push(...(await startAll(present)));
    for (const load of loads) {
      const taking = started.filter(({ subject }) => subject.takes?.(load) ?? true);
      outcomes.push(...(await raceUnder(taking, load, effort)));
    }
  } finally {
    for (const { running } of started) await running[Symbol.asyncDispose]();
  }
  return new Results(outcomes, skips);
}

/** Starts subjects beside each other. When a subject does not start, the others end. */
async function startAll(
  subjects: readonly Subject[],
): Promise<{ subject: Subject; running: Running }[]> {
  const starts = await Promise.allSettled(
    subjects.map(async (subject) => ({ subject, running: await subject.start() })),
  );
  const started = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
  for (const start of starts) {
    if (start.status === "fulfilled") continue;
    for (const { running } of started) await running[Symbol.asyncDispose]();
    throw start.reason;
  }
  return started;
}

async function raceUnder(
  started: readonly { subject: Subject; running: Running }[],
  load: Load,
  effort: Effort,
): Promise<Outcome[]> {
  const runners: { subject: Subject; running: Running; count: number; costs: number[] }[] = [];
  for (const each of started) {
    const count = await warmUp(each.subject, each.running, load, effort.roundSeconds);
    runners.push({ ...each, count, costs: [] });
  }
  for (let round = 0; round < effort.rounds; round++) {
    // So that no subject always follows the same other subject.
    const first = round % runners.length;
    for (const runner of [...runners.slice(first), ...runners.slice(0, first)]) {
      runner.costs.push((await runner.running.run(runner.count, load)) / runner.count);
    }
  }
  return runners.map(({ subject, count, costs }) => ({
    subject,
    load,
    count,
    perSecond: summarise(costs.map((cost) => 1 / cost)),
    microseconds: summarise(costs.map((cost) => cost * 1e6)),
  }));
}

/** Runs rounds that grow to the wanted length, and returns the number of operations in a round. */
export async function warmUp(
  subject: Subject,
  running: Running,
  load: Load,
  wantedSeconds: number,
): Promise<number> {
  const most = subject.maxCount?.(load) ?? Number.POSITIVE_INFINITY;
  let count = Math.min(FIRST_COUNT, most);
  for (;;) {
    const seconds = await running.run(count, load);
    const next = nextCount(count, seconds, wantedSeconds, most);
    // Close enough to a round is warm enough, and so is the most that there may be.
    if (next < 2 * count) return next;
    count = next;
  }
}
