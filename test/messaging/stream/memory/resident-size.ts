const MIB = 1_048_576;

/** Watches the resident size of this process. */
export class ResidentSize implements Disposable {
  #first = process.memoryUsage.rss();
  #highest = this.#first;
  readonly #timer = setInterval(() => {
    this.#highest = Math.max(this.#highest, process.memoryUsage.rss());
  }, 20);

  /** Compares with the size of now. */
  restart(): void {
    this.#first = this.#highest = Math.max(this.#highest, process.memoryUsage.rss());
  }

  /** By how much the process has been larger than at the start, in MiB. */
  get grownMiB(): number {
    return Math.round((Math.max(this.#highest, process.memoryUsage.rss()) - this.#first) / MIB);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
