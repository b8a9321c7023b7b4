/** Returns text without the characters that would control a terminal: names come from strangers. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what is replaced
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "\ufffd");
}

/** Returns text of several lines without the characters that would control a terminal. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
