import assert from "node:assert/strict";
import { Child, type ChildOptions, type Ended } from "../../support/child.js";
import { Lines } from "../../support/lines.js";
import { until } from "../../support/until.js";
import { within } from "../../support/within.js";

/** How a command is started. */
export interface Start extends ChildOptions {
  /** What its standard input has; empty by default. */
  readonly input?: string;
}

// Nothing of the tester's own settings.
for (const name of Object.keys(process.env)) {
  if (name.startsWith("DIVIDERE_") || name === "FORCE_COLOR") delete process.env[name];
}

/** A running command `dividere`; it ends with the scope (`await using`). */
export class Running implements AsyncDisposable {
  readonly child: Child;
  readonly lines = new Lines();
  readonly #arrived: string[] = [];

  constructor(args: readonly string[], start: Start = {}) {
    // The width of a usual terminal.
    const env = { COLUMNS: "80", ...start.env };
    this.child = new Child("dividere", args, { ...start, env }, (line) => {
      this.#arrived.push(line);
      this.lines.push(line);
    });
    this.lines.follow(this.child);
  }

  /** Fulfilled once the command has printed this text, on either output. */
  async printed(text: string): Promise<void> {
    await until(
      () => this.child.describe().includes(text),
      `"${text}" of ${this.child.describe()}`,
    );
  }

  /** Returns the first line of standard output once it is there. */
  async firstLine(): Promise<string> {
    await until(() => this.#arrived.length > 0, `a line of ${this.child.describe()}`);
    return this.#arrived[0] ?? "";
  }

  /** Sends a signal, and returns what the command left behind. */
  async stop(signal: NodeJS.Signals = "SIGINT"): Promise<Ended> {
    this.child.kill(signal);
    return await this.end();
  }

  /** Waits for its end. */
  async end(): Promise<Ended> {
    return await within(this.child.ended, () => `the end of ${this.child.describe()}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.child.close();
  }
}

/** Runs `dividere` to its end. */
export async function dividere(args: readonly string[], start: Start = {}): Promise<Ended> {
  await using running = new Running(args, start);
  if (start.input !== undefined) running.child.write(start.input);
  running.child.endInput();
  return await running.end();
}

/** Runs `dividere`, expects it to succeed, and returns the lines of its standard output. */
export async function done(args: readonly string[], start: Start = {}): Promise<string[]> {
  const { status, stdout, stderr } = await dividere(args, start);
  assert.equal(status, 0, stderr);
  return stdout.split("\n").slice(0, -1);
}

/** Runs `dividere --json`, expects it to fail with an exit code, and returns the printed error. */
export async function failed(
  exitCode: number,
  args: readonly string[],
  start: Start = {},
): Promise<{ code: string; message: string; hint?: string; status?: string; details?: unknown[] }> {
  const { status, stdout, stderr } = await dividere([...args, "--json"], start);
  assert.equal(status, exitCode, `${stdout}${stderr}`);
  const { error } = JSON.parse(stderr);
  assert.equal(error.exitCode, exitCode);
  return error;
}

/** Why the tests that send signals are skipped, or false where they are not. */
export const noSignals: string | false =
  process.platform === "win32" && "it has no signals of this kind";
