import type { BenchProcess } from "./process.js";

/** What the subjects of a race are loaded with. */
export interface Load {
  /** The size of a message in protobuf, in bytes. */
  readonly size: number;
  /** How many calls are in flight at a time. */
  readonly inFlight: number;
}

/** The processes of a subject, all of them ready. They end with the scope (`await using`). */
export interface Running extends AsyncDisposable {
  /** Does so many operations under a load and gives the seconds that they cost. */
  run(count: number, load: Load): Promise<number>;
}

/** Ourselves or a peer, in one way of doing the thing that is measured. */
export interface Subject {
  readonly name: string;
  /** Whether it is ours, which the charts show. */
  readonly ours?: boolean;
  /** Gives the reason why it cannot be measured here, or nothing. */
  missing?(): Promise<string | undefined>;
  /** The most operations in a round. */
  maxCount?(load: Load): number;
  /** Whether it takes part under a load; in all of them by default. */
  takes?(load: Load): boolean;
  /** @param profileFolder - Where our processes write a CPU profile when they end. */
  start(profileFolder?: string): Promise<Running>;
}

/** Starts processes one after the other; when one does not start, those before it are ended. */
export class Processes implements AsyncDisposable {
  readonly #open: AsyncDisposable[] = [];

  /** Adds what is to be closed at the end. */
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

/** A subject's processes, and the one among them that does a round. */
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
