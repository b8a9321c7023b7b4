import type { WriteStream } from "node:tty";
import { printableLines } from "./printable.js";

/** A stream to print to; a terminal has a width and colours. */
export type Printable = NodeJS.WritableStream & Partial<Pick<WriteStream, "isTTY" | "columns">>;

/** The styles of text, each with its pair of escape codes. */
const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/** A style of text on a terminal. */
export type Style = keyof typeof STYLES;

/** Prints the results of a command to standard output, and everything else to standard error. */
export class Output {
  /** Whether results are printed as JSON. */
  readonly json: boolean;
  readonly #stdout: Printable;
  readonly #stderr: Printable;

  constructor(
    json: boolean,
    stdout: Printable = process.stdout,
    stderr: Printable = process.stderr,
  ) {
    this.json = json;
    this.#stdout = stdout;
    this.#stderr = stderr;
  }

  /** Whether standard output is a terminal. */
  get isTerminal(): boolean {
    return this.#stdout.isTTY === true;
  }

  /**
   * The number of characters in a line of a table; without a limit where nobody reads the output but
   * a program, unless `COLUMNS` is set.
   */
  get width(): number {
    const columns = this.#stdout.columns ?? Number(process.env["COLUMNS"]);
    return columns > 0 ? columns : Number.POSITIVE_INFINITY;
  }

  /** Prints a line of the result. */
  line(text = ""): void {
    this.#stdout.write(`${text}\n`);
  }

  /** Prints a result as one line of JSON. */
  value(value: unknown): void {
    this.line(toJsonLine(value));
  }

  /** Prints a result as JSON: one line, or indented lines on a terminal without `--json`. */
  document(value: unknown): void {
    if (this.json || !this.isTerminal) this.value(value);
    else this.line(escaped(JSON.stringify(value, replacer, 2)));
  }

  /** Prints a result: JSON with `--json`, otherwise the lines that `describe` returns. */
  result(value: unknown, describe: () => string | readonly string[]): void {
    if (this.json) {
      this.value(value);
      return;
    }
    const text = describe();
    for (const line of typeof text === "string" ? [text] : text) this.line(line);
  }

  /** Tells the user about the progress, on standard error; says nothing with `--json`. */
  note(text: string): void {
    if (!this.json) this.#stderr.write(`${this.paintError("dim", printableLines(text))}\n`);
  }

  /** Prints a line on standard error. */
  errorLine(text: string): void {
    this.#stderr.write(`${text}\n`);
  }

  /** Writes text as it is, without a line end: codes for a terminal. */
  raw(text: string): void {
    this.#stdout.write(text);
  }

  /** Returns text in a style, if standard output is a terminal that shows colours. */
  paint(style: Style, text: string): string {
    return styled(this.#stdout, style, text);
  }

  /** Returns text in a style, if standard error is a terminal that shows colours. */
  paintError(style: Style, text: string): string {
    return styled(this.#stderr, style, text);
  }
}

/** Returns a value as one line of JSON; large integers become text, as in the JSON of protobuf. */
export function toJsonLine(value: unknown): string {
  return escaped(JSON.stringify(value, replacer));
}

/** Escapes the control characters that JSON allows in its text: some terminals obey them. */
function escaped(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function replacer(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

/** Whether a stream shows colours; Node.js takes `NO_COLOR` and `FORCE_COLOR` into account. */
function hasColors(stream: Printable): boolean {
  return stream.isTTY === true && (stream as Partial<WriteStream>).hasColors?.() === true;
}

function styled(stream: Printable, style: Style, text: string): string {
  if (!hasColors(stream)) return text;
  const [on, off] = STYLES[style];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}
