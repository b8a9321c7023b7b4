import { type Deferred, openWait, type WaitOptions } from "../../base/wait.js";

/** The calls that wait until a farm's workers are ready. */
export class Readiness {
  readonly #waits = new Set<Deferred<void>>();

  /** Waits for {@link resolve} or {@link reject}. */
  wait(options: WaitOptions | undefined, describe: () => string): Promise<void> {
    const wait: Deferred<void> = openWait<void>(options, describe, () => this.#waits.delete(wait));
    if (!wait.settled) this.#waits.add(wait);
    return wait.promise;
  }

  /** Fulfils all waits. */
  resolve(): void {
    for (const wait of this.#waits) wait.resolve();
    this.#waits.clear();
  }

  /** Rejects all waits. */
  reject(error: Error): void {
    for (const wait of this.#waits) wait.reject(error);
    this.#waits.clear();
  }
}
