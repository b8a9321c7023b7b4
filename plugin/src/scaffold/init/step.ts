/** One change that init offers. */
export interface Step {
  /** The text of the question and of the list of steps: `Create buf.yaml`. */
  readonly title: string;
  /** The report after the step: `Created buf.yaml`. */
  readonly done: string;
  /** Lines to show with the title. */
  readonly details: readonly string[];
  readonly changes: readonly Change[];
  /** The reason why no other step works without this one, if that is so. */
  readonly needed?: string;
}

/** A change of one file. */
export interface Change {
  readonly file: string;
  /** Whether the change creates the file; otherwise it edits the file. */
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

/** Returns the step that creates a file. */
export function creation(file: string, content: string, about: string): Step {
  return {
    title: `Create ${file}`,
    done: `Created ${file}`,
    details: [about],
    changes: [created(file, content)],
  };
}

/** Returns the change that creates a file. */
export function created(file: string, content: string): Change {
  return { file, isNew: true, content: () => content };
}
