import { DividereError, RequestError } from "dividere/messaging";

/** The end of one call. */
export interface Ending {
  /** `OK`, `TIMEOUT`, `QUEUE_FULL`, or the status or code with which the call failed. */
  readonly result: string;
  /** The time by which the call ended after its deadline, in milliseconds; negative before it. */
  readonly overrunMs: number;
}

/** Makes a call and gives its end. Rejects for an error that is none of the package. */
export async function endingOf(timeoutMs: number, make: () => Promise<unknown>): Promise<Ending> {
  const deadline = performance.now() + timeoutMs;
  let result = "OK";
  try {
    await make();
  } catch (error) {
    if (!(error instanceof DividereError)) throw error;
    result = error instanceof RequestError ? error.status : error.code;
  }
  return { result, overrunMs: performance.now() - deadline };
}

/** The ends of the calls of a load, or of a scenario: each call is counted once. */
export class Tally {
  sent = 0;
  /** The longest time by which a call ended after its deadline, in milliseconds. */
  longestOverrunMs = 0;
  readonly #results = new Map<string, number>();

  /** The calls that have ended. */
  get ended(): number {
    return [...this.#results.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Returns the number of calls that ended so. */
  of(result: string): number {
    return this.#results.get(result) ?? 0;
  }

  /** The refused calls, as `12 UNAVAILABLE`; empty where there are none. */
  get refusals(): string {
    return [...this.#results]
      .filter(([result]) => !["OK", "TIMEOUT", "QUEUE_FULL"].includes(result))
      .map(([result, count]) => `${count} \`${result}\``)
      .join(", ");
  }

  /** The results that occurred, in alphabetical order. */
  get results(): string {
    return [...this.#results.keys()].sort().join(" ");
  }

  count({ result, overrunMs }: Ending): void {
    this.#results.set(result, this.of(result) + 1);
    this.longestOverrunMs = Math.max(this.longestOverrunMs, overrunMs);
  }
}
