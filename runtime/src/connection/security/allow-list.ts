import { checkPublicKey } from "./key-pair.js";

/** A change of an {@link AllowList}. */
export interface AllowListChange {
  /** The public keys that are let in from now on. */
  readonly added: readonly string[];
  /** The public keys that are not let in any more. */
  readonly removed: readonly string[];
}

/**
 * The public keys that a server lets in. {@link loadAllowList} makes one of a folder; a program that
 * keeps its keys elsewhere, in a database say, implements this.
 */
export interface AllowList {
  /** Whether a public key is let in; asked at each handshake, and answered at once. */
  allows(publicKey: string): boolean;
  /**
   * Calls `listener` when keys come or go, until the returned function is called. Connections of a
   * key that goes are cut.
   */
  onChange(listener: (change: AllowListChange) => void): () => void;
}

/** An allow-list that never changes. */
export class FixedAllowList implements AllowList {
  readonly #keys: ReadonlySet<string>;

  /** @throws DividereError `KEY_INVALID` for what is no public key. */
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
