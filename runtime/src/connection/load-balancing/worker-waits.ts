import { type Deferred, openWait, type WaitOptions } from "../../base/wait.js";

/** The calls that wait until a broker knows enough workers. */
export class WorkerWaits {
  readonly #waits = new Set<{ readonly count: number; readonly wait: Deferred<void> }>();

  /** Fulfilled once {@link tell} was told of `count` workers. */
  add(count: number, options: WaitOptions | undefined, describe: () => string): Deferred<void> {
    const wait = openWait<void>(options, describe, () => this.#waits.delete(entry));
    const entry = { count, wait };
    if (!wait.settled) this.#waits.add(entry);
    return wait;
  }

  /** Notes how many workers are known. */
  tell(known: number): void {
    for (const entry of this.#waits) {
      if (known < entry.count) continue;
      entry.wait.resolve();
      this.#waits.delete(entry);
    }
  }

  /** Fails what waits. */
  close(error: Error): void {
    for (const { wait } of this.#waits) wait.reject(error);
    this.#waits.clear();
  }
}
