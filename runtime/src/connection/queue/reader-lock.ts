import { DividereError } from "../../base/errors.js";

/** Lets one `for await` at a time read from a link. */
export class ReaderLock {
  #taken = false;

  /** @throws DividereError `READER_BUSY` when another loop reads from the link. */
  take(describe: () => string): void {
    if (this.#taken) {
      throw new DividereError(
        "READER_BUSY",
        `Another loop already reads from ${describe()}; a message goes to one reader, so use one loop or one link for each`,
      );
    }
    this.#taken = true;
  }

  /** Admits the next loop. */
  release(): void {
    this.#taken = false;
  }
}
