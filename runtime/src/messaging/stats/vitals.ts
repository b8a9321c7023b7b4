/** Tells a running reactor, service or farm apart from others, and from the same one before it was restarted. */
export class Vitals {
  /** The version that the user gave; empty by default. */
  readonly version: string;
  /** The time when the object was made. */
  readonly startedAt: Date = new Date();
  #instance: string | undefined;

  constructor({ version = "" }: { readonly version?: string | undefined }) {
    this.version = version;
  }

  /** A random id, the same for as long as the object lives. */
  get instance(): string {
    // Made on first use, because the module that makes it takes time to load.
    this.#instance ??= crypto.randomUUID();
    return this.#instance;
  }
}
