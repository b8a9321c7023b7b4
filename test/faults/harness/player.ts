import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Child, type Ended } from "../../support/child.js";
import { within } from "../../support/within.js";

/** The counters of a player. */
export interface PlayerStats {
  /** The resident size of the process, in MiB. */
  readonly rssMiB: number;
  /** The requests that its handlers have begun. */
  readonly begun: number;
  /** Those of them that began after the deadline of their caller. */
  readonly late: number;
  /** The lines of its log, by message. */
  readonly logged: Readonly<Record<string, number>>;
  readonly [more: string]: unknown;
}

const program = join(import.meta.dirname, "../programs/player.ts");

/** A process of a scenario: a server, a broker, a registry or a client. It ends with the scope. */
export class Player implements AsyncDisposable {
  readonly #child: Child;
  readonly #unread: string[] = [];
  readonly #arrivals = new EventTarget();
  #endpoints: readonly string[] = [];
  #alive = true;
  #frozen = false;

  constructor(role: string, options: Readonly<Record<string, unknown>>) {
    const args = ["--import=tsx", program, role, JSON.stringify(options)];
    this.#child = new Child(process.execPath, args, {}, (line) => {
      this.#unread.push(line);
      this.#arrivals.dispatchEvent(new Event("line"));
    });
    void this.#child.ended.then(() => {
      this.#alive = false;
    });
    this.ready = this.#line("ready").then((rest) => {
      this.#endpoints = JSON.parse(rest);
    });
  }

  /** Fulfilled when the process has bound its endpoints. */
  readonly ready: Promise<void>;

  /** The endpoints that it has bound. */
  get endpoints(): readonly string[] {
    return this.#endpoints;
  }

  /** The first of the endpoints. */
  get endpoint(): string {
    return this.#endpoints[0] ?? "";
  }

  /** Whether the process runs and is not stopped. */
  get alive(): boolean {
    return this.#alive && !this.#frozen;
  }

  /** Settles when the process has ended. */
  get ended(): Promise<Ended> {
    return within(this.#child.ended, () => `the end of ${this.#child.describe()}`);
  }

  /** Ends the process with SIGKILL; fulfilled when it has ended. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }

  /** Closes the standard input of the process, which then ends once its work is done. */
  endInput(): void {
    this.#child.endInput();
  }

  /** Sends a signal. */
  signal(signal: "SIGTERM" | "SIGSTOP" | "SIGCONT"): void {
    this.#frozen = signal === "SIGSTOP" || (this.#frozen && signal !== "SIGCONT");
    this.#child.kill(signal);
  }

  /** The counters of the moment. */
  async stats(): Promise<PlayerStats> {
    this.#child.write("stats");
    return JSON.parse(await this.#line("stats"));
  }

  /**
   * Has the process do its work again, and gives what it tells at the end.
   *
   * @param how - Says more about the work.
   */
  async act(how: unknown = null): Promise<unknown> {
    this.#child.write(`act ${JSON.stringify(how)}`);
    return JSON.parse(await this.#line("acted"));
  }

  /** Fulfilled when `met` holds for the counters. */
  async until(met: (stats: PlayerStats) => boolean, what: string): Promise<PlayerStats> {
    const look = async (): Promise<PlayerStats> => {
      for (;;) {
        const stats = await this.stats();
        if (met(stats)) return stats;
        await delay(5);
      }
    };
    return await within(look(), () => `${what} of ${this.#child.describe()}`, 60_000);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#frozen) this.#child.kill("SIGCONT");
    await this.#child.close();
  }

  /** The rest of the next line that begins with a word. */
  async #line(word: string): Promise<string> {
    const found = new Promise<string>((resolve, reject) => {
      const look = (): void => {
        const index = this.#unread.findIndex((line) => line.startsWith(`${word} `));
        if (index < 0) return;
        const [line = ""] = this.#unread.splice(index, 1);
        this.#arrivals.removeEventListener("line", look);
        resolve(line.slice(word.length + 1));
      };
      this.#arrivals.addEventListener("line", look);
      look();
      this.#child.ended.then(
        () => reject(new Error(`No line "${word}" came from ${this.#child.describe()}`)),
        reject,
      );
    });
    found.catch(() => {});
    return await within(found, () => `"${word}" from ${this.#child.describe()}`, 60_000);
  }
}
