/** One thing that init does, if it may. */
export interface Step {
  /** What the question, or the list of what would be done, says: `Create buf.yaml`. */
  readonly title: string;
  /** What is said once it is done: `Created buf.yaml`. */
  readonly done: string;
  /** Lines to show with it. */
  readonly details: readonly string[];
  readonly file: string;
  /** Whether the file is to be made; otherwise it is edited. */
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
