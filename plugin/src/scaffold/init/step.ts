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

/** What init found that it leaves alone. */
export interface Note {
  readonly file: string;
  readonly lines: readonly string[];
}

/** What init would do in a folder. */
export interface Todo {
  readonly steps: readonly Step[];
  readonly notes: readonly Note[];
}
