/** Text to insert at an offset; all offsets are those of the unchanged text. */
export interface Insertion {
  readonly at: number;
  /** The number of characters that the insertion replaces: white space, or a name. */
  readonly over?: number;
  readonly text: string;
}

/** Applies all insertions; insertions at one offset keep the given order. */
export function insert(text: string, insertions: readonly Insertion[]): string {
  let result = text;
  // From the end, so that the offsets of the remaining insertions hold.
  for (const { at, over = 0, text: added } of [...insertions]
    .reverse()
    .sort((a, b) => b.at - a.at)) {
    result = result.slice(0, at) + added + result.slice(at + over);
  }
  return result;
}

/** Returns the white space at the start of an offset's line. */
export function indentationAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset)))?.[0] ?? "";
}

/** Returns the offset at which the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Whether only white space precedes an offset on its line. */
export function beginsLine(text: string, offset: number): boolean {
  return text.slice(lineStart(text, offset), offset).trim() === "";
}
