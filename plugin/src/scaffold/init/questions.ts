import { createInterface, type Interface } from "node:readline";
import { ScaffoldError } from "../command/failure.js";
import type { Terminal } from "../command/terminal.js";

/** Asks yes-or-no questions, one after another. */
export class Questions implements Disposable {
  readonly #stdout: NodeJS.WritableStream;
  readonly #lines: AsyncIterator<string>;
  readonly #interface: Interface;

  constructor({ stdin, stdout }: Terminal) {
    this.#stdout = stdout;
    this.#interface = createInterface({ input: stdin });
    // Lines are kept until a question reads them: all answers may come at once.
    this.#lines = this.#interface[Symbol.asyncIterator]();
  }

  /**
   * @returns the answer; yes when the line is empty
   * @throws ScaffoldError when the input ends instead
   */
  async ask(question: string): Promise<boolean> {
    for (;;) {
      this.#stdout.write(`${question} [Y/n] `);
      const { done, value } = await this.#lines.next();
      if (done === true) {
        this.#stdout.write("\n");
        throw new ScaffoldError("The input ended before all was answered; nothing was done.");
      }
      const answer = value.trim().toLowerCase();
      if (["", "y", "yes"].includes(answer)) return true;
      if (["n", "no"].includes(answer)) return false;
      this.#stdout.write("Please answer y or n.\n");
    }
  }

  [Symbol.dispose](): void {
    this.#interface.close();
  }
}
