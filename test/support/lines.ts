import type { Child } from "./child.js";
import { within } from "./within.js";

/** The lines that a child prints, for a test to wait for. */
export class Lines {
  readonly #unread: string[] = [];
  #child: Child | undefined;
  #look: () => void = () => {};

  /** Adds a line that has come. */
  push(line: string): void {
    this.#unread.push(line);
    this.#look();
  }

  /** Says whose lines they are: waiting ends when that child does, with all that it printed. */
  follow(child: Child): void {
    this.#child = child;
  }

  /** Fulfilled once this line has come. The lines before it are passed over, and it is then too. */
  async next(wanted: string, timeoutMs?: number): Promise<void> {
    const child = this.#child;
    const arrival = new Promise<void>((resolve, reject) => {
      this.#look = () => {
        const index = this.#unread.indexOf(wanted);
        if (index < 0) return;
        this.#unread.splice(0, index + 1);
        resolve();
      };
      this.#look();
      child?.ended.then(
        () => reject(new Error(`No line "${wanted}" came from ${child.describe()}`)),
        reject,
      );
    });
    await within(arrival, () => `the line "${wanted}" from ${child?.describe()}`, timeoutMs);
  }
}
