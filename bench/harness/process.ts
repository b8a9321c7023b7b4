import { join } from "node:path";
import { Child } from "../../test/support/child.js";
import { within } from "../../test/support/within.js";

/** One line that a process of a bench printed. */
export interface ProcessEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** The limit for a round or a start, after which the bench fails. It measures nothing. */
const limitMs = 120_000;

/** Where esbuild has put the roles. */
export const distFolder: string = new URL("../dist", import.meta.url).pathname;

/**
 * A process of a bench. It prints events and takes commands, a line of JSON each, and answers a command with an event of
 * its name. It ends with the scope (`await using`).
 */
export class BenchProcess implements AsyncDisposable {
  readonly #child: Child;
  readonly #unread: ProcessEvent[] = [];
  #look: (() => void)[] = [];
  #ready: ProcessEvent | undefined;

  private constructor(command: string, args: readonly string[]) {
    this.#child = new Child(command, args, {}, (line) => this.#take(line));
  }

  /** Starts a command and waits for its `ready`. */
  static async start(command: string, args: readonly string[]): Promise<BenchProcess> {
    const started = new BenchProcess(command, args);
    try {
      await started.#untilReady();
      return started;
    } catch (error) {
      await started.close();
      throw error;
    }
  }

  /**
   * Starts a role, a script that esbuild has built from `bench/<name>.ts`.
   *
   * @param options - Given to the script, which reads them from its arguments.
   * @param profileFolder - Where the process writes a CPU profile when it ends; no profile without it.
   */
  static role(
    name: string,
    options: Readonly<Record<string, unknown>> = {},
    profileFolder?: string,
  ): Promise<BenchProcess> {
    const profile =
      profileFolder === undefined
        ? []
        : ["--cpu-prof", `--cpu-prof-dir=${join(profileFolder, name.replaceAll("/", "-"))}`];
    return BenchProcess.start(process.execPath, [
      ...profile,
      "--expose-gc",
      join(distFolder, `${name}.js`),
      JSON.stringify(options),
    ]);
  }

  /** A text that the process told with its `ready`. */
  told(field: string): string {
    return String(this.#ready?.[field]);
  }

  /** Has the process do something, and gives its answer. */
  async ask(
    command: string,
    fields: Readonly<Record<string, unknown>> = {},
  ): Promise<ProcessEvent> {
    this.#child.write(JSON.stringify({ command, ...fields }));
    return await this.next(command);
  }

  /** Returns the oldest unread event of this name. Fails when the process ends first. */
  async next(event: string): Promise<ProcessEvent> {
    const arrival = new Promise<ProcessEvent>((resolve, reject) => {
      const look = (): void => {
        const index = this.#unread.findIndex((unread) => unread.event === event);
        if (index < 0) return;
        const [found] = this.#unread.splice(index, 1);
        this.#look = this.#look.filter((each) => each !== look);
        if (found !== undefined) resolve(found);
      };
      this.#look.push(look);
      look();
      this.#child.ended.then(
        () => reject(new Error(`No event "${event}" came from ${this.#child.describe()}`)),
        reject,
      );
    });
    return await within(arrival, () => `"${event}" from ${this.#child.describe()}`, limitMs);
  }

  /** Returns whether {@link next} would return an event of this name at once. */
  has(event: string): boolean {
    return this.#unread.some((unread) => unread.event === event);
  }

  /** The CPU time that the process has used until now, its threads included, in seconds. */
  async cpuSeconds(): Promise<number> {
    return Number((await this.ask("usage"))["seconds"]);
  }

  /** Ends the process. */
  async close(): Promise<void> {
    await this.#child.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #untilReady(): Promise<void> {
    this.#ready = await this.next("ready");
  }

  #take(line: string): void {
    if (!line.startsWith("{")) return;
    this.#unread.push(JSON.parse(line) as ProcessEvent);
    for (const look of [...this.#look]) look();
  }
}
