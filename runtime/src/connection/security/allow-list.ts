import { checkPublicKey } from "./key-pair.js";

/** A change of an {@link AllowList}. */
export interface AllowListChange {
  /** The public keys that are accepted from now on. */
  readonly added: readonly string[];
  /** The public keys that are no longer accepted. */
  readonly removed: readonly string[];
}

/**
 * The public keys that a server accepts. {@link loadAllowList} makes such a list from a folder; a
 * program that keeps its keys elsewhere, for example in a database, implements this interface.
 */
export interface AllowList {
  /** Returns, without waiting, whether a public key is accepted; called at each handshake. */
  allows(publicKey: string): boolean;
  /**
   * Calls `listener` when keys are added or removed, until the returned function is called. The
   * connections of a removed key are closed.
   */
  onChange(listener: (change: AllowListChange) => void): () => void;
}

/** An allow-list that never changes. */
export class FixedAllowList implements AllowList {
  readonly #keys: ReadonlySet<string>;

  /** @throws DividereError `KEY_INVALID` for a value that is not a public key. */
  constructor(keys: readonly string[]) {
    this.#keys = new Set(
      keys.map((key, index) => checkPublicKey(key, `Key ${index + 1} of the list "allow"`)),
    );
  }

  allows(publicKey: string): boolean {
    return this.#keys.has(publicKey);
  }

  onChange(): () => void {
    return () => {};
  }
}
