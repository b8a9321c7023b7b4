import type { BenchProcess } from "./process.js";

/** The load of a race's subjects. */
export interface Load {
  /** The size of a message in protobuf, in bytes. */
  readonly size: number;
  /** The number of calls in flight. */
  readonly inFlight: number;
}

/** The processes of a subject, all of them ready. They end with the scope (`await using`). */
export interface Running extends AsyncDisposable {
  /** Does so many operations under a load and gives the seconds that they cost. */
  run(count: number, load: Load): Promise<number>;
}

/** A contestant of a race: dividere or a peer, used in a certain way. */
export interface Subject {
  readonly name: string;
  /** True for dividere; the charts show it in colour. */
  readonly ours?: boolean;
  /** Returns the reason why the subject cannot be measured here, or undefined. */
  missing?(): Promise<string | undefined>;
  /** The most operations in a round. */
  maxCount?(load: Load): number;
  /** Returns whether the subject takes part under a load. It takes part under all by default. */
  takes?(load: Load): boolean;
  /** @param profileFolder - Where our processes write a CPU profile when they end. */
  start(profileFolder?: string): Promise<Running>;
}

/** The processes of a subject. When a process does not start, the earlier processes end. */
export class Processes implements AsyncDisposable {
  readonly #open: AsyncDisposable[] = [];

  /** Adds a process, and waits for its start. */
  async add<T extends AsyncDisposable>(starting: Promise<T>): Promise<T> {
    try {
      const started = await starting;
      this.#open.push(started);
      return started;
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Closes all, the last first. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of this.#open.splice(0).reverse()) await each[Symbol.asyncDispose]();
  }
}

/** Makes a running subject of its processes and a function that runs a round. */
export function runningAs(
  processes: Processes,
  run: (count: number, load: Load) => Promise<number>,
): Running {
  return { run, [Symbol.asyncDispose]: () => processes[Symbol.asyncDispose]() };
}

/** Has a client make calls; the seconds are the client's. */
export async function makeCalls(
  client: BenchProcess,
  count: number,
  load: Load,
  command = "call",
): Promise<number> {
  return Number((await client.ask(command, { count, ...load }))["seconds"]);
}
