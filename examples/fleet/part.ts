import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** The time that a process gets to end in order, in milliseconds. */
const GRACE_MS = 8_000;

/** One process of the fleet. */
export class Part {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  readonly #ready: Promise<void>;
  #stopping = false;

  /**
   * @param ready - The line that the process prints when it is ready.
   * @param onLost - Called when the process ends without being told to.
   */
  constructor(
    name: string,
    [command, ...args]: readonly [string, ...string[]],
    env: Readonly<Record<string, string>>,
    ready: RegExp,
    onLost: (how: string) => void,
  ) {
    this.name = name;
    this.#child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // Ctrl-C then reaches only the first process, which ends the others in order.
      detached: true,
    });
    this.#ended = this.#followEnd();
    this.#ready = this.#followOutput(ready);
    // main.ts waits for one part after the other.
    this.#ready.catch(() => {});
    void this.#ended.then((how) => {
      if (!this.#stopping) onLost(how);
    });
  }

  /** The process's id; `undefined` if it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Fulfilled when the process is ready; rejects if it ends before that. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  /** Ends the process in order, and after some seconds at once. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.kill(), GRACE_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  /** Ends the process at once. */
  kill(): void {
    this.#stopping = true;
    this.#child.kill("SIGKILL");
  }

  async #followEnd(): Promise<string> {
    try {
      const [code, signal] = await once(this.#child, "close");
      return `ended with ${signal ?? `status ${code}`}`;
    } catch (error) {
      return `could not be started: ${(error as Error).message}`;
    }
  }

  #followOutput(ready: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      for (const stream of [this.#child.stdout, this.#child.stderr]) {
        if (stream === null) continue;
        createInterface({ input: stream }).on("line", (line) => {
          if (line.trim() !== "") console.log(`${this.name.padEnd(8)} │ ${line}`);
          if (ready.test(line)) resolve();
        });
      }
      void this.#ended.then((how) => reject(new Error(`${this.name} ${how}`)));
    });
  }
}
