import type { Command, Option } from "commander";

/** A command line up to the cursor. */
export interface Typed {
  /** The command that the words name. */
  readonly command: Command;
  /** The words that are arguments of the command. */
  readonly operands: readonly string[];
  /** The values of its options so far, by their attribute names. */
  readonly options: Readonly<Record<string, readonly string[]>>;
  /** The option whose value is being typed. */
  readonly pending: Option | undefined;
  /** The word at the cursor, perhaps empty. */
  readonly current: string;
}

/** Reads the words of a command line; the last is the word at the cursor. */
export function readWords(program: Command, words: readonly string[]): Typed {
  let command = program;
  const operands: string[] = [];
  const options: Record<string, string[]> = {};
  let pending: Option | undefined;
  for (const word of words.slice(0, -1)) {
    if (pending !== undefined) {
      note(options, pending, word);
      pending = undefined;
      continue;
    }
    if (word.startsWith("-") && word !== "-") {
      const [name = "", value] = word.split(/=(.*)/s);
      const option = command.options.find(({ short, long }) => name === short || name === long);
      if (option === undefined || !takesValue(option)) continue;
      if (value === undefined) pending = option;
      else note(options, option, value);
      continue;
    }
    const child = operands.length === 0 ? childOf(command, word) : undefined;
    if (child === undefined) operands.push(word);
    else command = child;
  }
  return { command, operands, options, pending, current: words.at(-1) ?? "" };
}

/** Splits a line as a shell does, to the extent of quotes and backslashes; the last word may be open. */
export function splitLine(line: string): readonly string[] {
  const words: string[] = [];
  let word = "";
  let quote = "";
  let isWord = false;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (quote !== "") {
      if (character === quote) quote = "";
      else word += character;
    } else if (character === "'" || character === '"') {
      quote = character;
      isWord = true;
    } else if (character === "\\") {
      at++;
      word += line.charAt(at);
      isWord = true;
    } else if (/\s/.test(character)) {
      if (isWord) words.push(word);
      word = "";
      isWord = false;
    } else {
      word += character;
      isWord = true;
    }
  }
  return [...words, word];
}

function takesValue(option: Option): boolean {
  return option.required || option.optional;
}

function note(options: Record<string, string[]>, option: Option, value: string): void {
  const name = option.attributeName();
  options[name] = [...(options[name] ?? []), value];
}

function childOf(command: Command, word: string): Command | undefined {
  return command.commands.find((each) => each.name() === word);
}
