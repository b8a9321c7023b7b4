import type { Stage } from "./stage.js";

/** The lengths of a run: the short form is part of `npm test`, the long form writes docs/reliability.md. */
export interface Form {
  readonly long: boolean;
}

/** A fault, the load that it meets, and what must come of it. */
export interface Scenario {
  /** The fault and the load, as the first cell of the table. */
  readonly done: string;
  /** The required behaviour, as the last cell of the table. */
  readonly must: string;
  /** Runs in the long form only, because it takes its time. */
  readonly longOnly?: boolean;
  /** The reason for which the runtime does not do yet what it must; the page lists the scenario as not met. */
  readonly notYet?: string;
  /**
   * Sets the stage, loads it and breaks it. Returns the facts for the table, apart from the tally, and throws an
   * `AssertionError` where the behaviour is not as it must be.
   */
  play(stage: Stage, form: Form): Promise<string>;
}
