import { DividereError } from "../../base/errors.js";

/** Lets one `for await` at a time read from a link. */
export class ReaderLock {
  #taken = false;

  /**
   * Yields what `receive` gives until the link is closed. Leaving the loop by any exit lets the
   * next reader in; the link stays open.
   *
   * @throws DividereError `READER_BUSY` when another loop reads from the link.
   */
  async *iterate<T>(
    describe: () => string,
    closed: () => boolean,
    receive: () => Promise<T>,
  ): AsyncGenerator<T, void, void> {
    if (this.#taken) {
      throw new DividereError(
        "READER_BUSY",
        `Another loop already reads from ${describe()}; a message goes to one reader, so use one loop or one link for each`,
      );
    }
    this.#taken = true;
    try {
      while (!closed()) {
        let item: T;
        try {
          item = await receive();
        } catch (error) {
          if (closed()) return;
          throw error;
        }
        yield item;
      }
    } finally {
      this.#taken = false;
    }
  }
}
