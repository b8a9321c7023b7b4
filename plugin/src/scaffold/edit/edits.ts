/** Text to put in at an offset; all offsets are those of the text as it was. */
export interface Insertion {
  readonly at: number;
  /** How many characters from there it takes the place of: white space only. */
  readonly over?: number;
  readonly text: string;
}

/** Puts every insertion in; those at one offset stand in the order given. */
export function insert(text: string, insertions: readonly Insertion[]): string {
  let result = text;
  // From the back, so that the offsets of what is still to come hold.
  for (const { at, over = 0, text: added } of [...insertions]
    .reverse()
    .sort((a, b) => b.at - a.at)) {
    result = result.slice(0, at) + added + result.slice(at + over);
  }
  return result;
}

/** The white space that the line of an offset begins with. */
export function indentationAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset)))?.[0] ?? "";
}

/** Where the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Whether nothing but white space stands before an offset on its line. */
export function beginsLine(text: string, offset: number): boolean {
  return text.slice(lineStart(text, offset), offset).trim() === "";
}
