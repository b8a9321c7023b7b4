import type { Effort } from "./race.js";

/** All of a run's effort. */
export interface Efforts extends Effort {
  /** True for a quick run, which leaves the longest loads out. */
  readonly quick: boolean;
  /** The number of runs of a program whose start is measured. */
  readonly starts: number;
}

/** Short enough for all benches in two minutes; the figures show orders, not shares. */
export const quickEffort: Efforts = { quick: true, rounds: 3, roundSeconds: 0.1, starts: 3 };

/** The effort of the report. */
export const fullEffort: Efforts = { quick: false, rounds: 9, roundSeconds: 1, starts: 15 };
