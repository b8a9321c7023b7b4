/** One change that init offers. */
export interface Step {
  /** The text of the question and of the list of steps: `Create buf.yaml`. */
  readonly title: string;
  /** The report after the step: `Created buf.yaml`. */
  readonly done: string;
  /** Lines to show with the title. */
  readonly details: readonly string[];
  readonly file: string;
  /** Whether the step creates the file; otherwise it edits the file. */
  readonly isNew: boolean;
  readonly content: (before: string) => string;
}

/** A finding that init reports and leaves as it is. */
export interface Note {
  readonly file: string;
  readonly lines: readonly string[];
}

/** The steps that init would take in a folder. */
export interface Todo {
  readonly steps: readonly Step[];
  readonly notes: readonly Note[];
}
