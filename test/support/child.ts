import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { environment, program } from "../../scripts/program.mjs";
import { within } from "./within.js";

/** The repository's top folder. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** What a child is started with. */
export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What a child left behind. */
export interface Ended {
  /** Its exit status, or the name of the signal that ended it. */
  readonly status: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

/** How long a child may take to end by itself once its input has closed. */
const graceMs = 3_000;

/**
 * A child process that a test talks to by lines. It ends with the scope (`await using`): its input is closed, and
 * what doesn't end by itself then is ended by its handle.
 */
export class Child implements AsyncDisposable {
  readonly #name: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<Ended>;
  #stdout = "";
  #stderr = "";

  /**
   * @param onLine gets each line of standard output as it comes
   */
  constructor(
    command: string,
    args: readonly string[],
    options: ChildOptions = {},
    onLine: (line: string) => void = () => {},
  ) {
    this.#name = [command, ...args].join(" ");
    const [file, before] = program(command);
    const child = spawn(file, [...before, ...args], {
      cwd: options.cwd ?? root,
      env: environment(options.env),
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#process = child;
    // A child that is gone takes no more input, and says why by itself.
    child.stdin.on("error", () => {});
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
    });
    createInterface({ input: child.stdout }).on("line", onLine);
    this.#ended = once(child, "close").then(([code, signal]) => ({
      status: code ?? signal,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }));
    // Whoever waits for the end gets the failure; without anyone waiting it is no one's.
    this.#ended.catch(() => {});
  }

  /** Settles when the child has ended; rejects when it could not be started. */
  get ended(): Promise<Ended> {
    return this.#ended;
  }

  /** Its process id; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** The command and all that it has printed so far, for the message of a failure. */
  describe(): string {
    const { exitCode, signalCode } = this.#process;
    const state = exitCode ?? signalCode ?? "still running";
    return `${this.#name} (${state})\n--- stdout\n${this.#stdout}--- stderr\n${this.#stderr}`;
  }

  /** Writes one line to its standard input. */
  write(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  /** Closes its standard input. */
  endInput(): void {
    this.#process.stdin?.end();
  }

  /** Ends it at once with a signal. */
  kill(signal: NodeJS.Signals = "SIGKILL"): void {
    this.#process.kill(signal);
  }

  /** Ends it: closes its input, and after three seconds kills it. */
  async close(): Promise<void> {
    if (this.#process.pid === undefined) return;
    this.#process.stdin?.end();
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), graceMs);
    await this.#ended.finally(() => clearTimeout(timer));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Runs a command to its end, whatever its status. */
export async function run(
  command: string,
  args: readonly string[],
  options: ChildOptions & { readonly timeoutMs?: number } = {},
): Promise<Ended> {
  await using child = new Child(command, args, options);
  return await within(child.ended, () => `the end of ${child.describe()}`, options.timeoutMs);
}
