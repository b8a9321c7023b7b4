import { DividereError } from "../../base/errors.js";
import type { EnvelopeHeader } from "../envelope/format.js";

/** The value of a header: text, or bytes. */
export type HeaderValue = string | Uint8Array;

/** The sources of headers: an object, a list of pairs, or other headers. */
export type HeadersInit =
  | Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>
  | Iterable<readonly [key: string, value: HeaderValue]>;

/**
 * The limit for the headers of one message, in bytes: their keys, their values and 32 bytes a
 * header, as HTTP/2 counts them (RFC 9113, section 6.5.2).
 */
export const MAX_HEADER_BYTES = 16_384;

const ENTRY_BYTES = 32;
const KEY = /^[a-z0-9_.-]+$/;

/**
 * The headers or trailers of a call, with the methods of the web's `Headers`. Keys are not case
 * sensitive and are kept in lower case; values are text or bytes, and a key may have several
 * values.
 *
 * @example
 * ```ts
 * import { CallHeaders } from "dividere/messaging";
 *
 * const headers = new CallHeaders({ tenant: "acme", "trace-bin": new Uint8Array([1, 2]) });
 * headers.append("tenant", "other");
 * console.log(headers.get("tenant"), headers.getBytes("trace-bin")); // "acme, other", the bytes
 * ```
 */
export class CallHeaders implements Iterable<[string, HeaderValue]> {
  readonly #values = new Map<string, HeaderValue[]>();
  #bytes = 0;

  /**
   * @throws DividereError `HEADERS_INVALID` for an invalid key, or for headers of more than 16 KiB.
   */
  constructor(init?: HeadersInit) {
    if (init === undefined) return;
    if (Symbol.iterator in init) {
      for (const [key, value] of init as Iterable<readonly [string, HeaderValue]>)
        this.append(key, value);
      return;
    }
    for (const [key, value] of Object.entries(init)) {
      if (typeof value === "string" || value instanceof Uint8Array) this.append(key, value);
      else for (const each of value) this.append(key, each);
    }
  }

  /** The number of keys. */
  get size(): number {
    return this.#values.size;
  }

  /**
   * Returns the text under a key, several values joined by `", "`; `undefined` if the key has no
   * text.
   */
  get(key: string): string | undefined {
    const texts = this.getAll(key).filter((value) => typeof value === "string");
    return texts.length === 0 ? undefined : texts.join(", ");
  }

  /** Returns the first bytes under a key; `undefined` if the key has no bytes. */
  getBytes(key: string): Uint8Array | undefined {
    return this.getAll(key).find((value) => value instanceof Uint8Array);
  }

  /** Returns every value under a key, in the order in which they were appended. */
  getAll(key: string): readonly HeaderValue[] {
    return this.#values.get(key.toLowerCase()) ?? [];
  }

  /** Returns whether a key has a value. */
  has(key: string): boolean {
    return this.#values.has(key.toLowerCase());
  }

  /** Replaces all values under the key with one value. @throws as {@link append} */
  set(key: string, value: HeaderValue): void {
    this.delete(key);
    this.append(key, value);
  }

  /**
   * Adds a value under a key.
   *
   * @param key - Letters, digits, `-`, `_` and `.`.
   * @throws DividereError `HEADERS_INVALID` for a key with other characters, or when all headers
   *   together take more than 16 KiB.
   */
  append(key: string, value: HeaderValue): void {
    const lower = key.toLowerCase();
    if (!KEY.test(lower)) {
      throw new DividereError(
        "HEADERS_INVALID",
        `The header key ${JSON.stringify(key)} has characters other than letters, digits, "-", "_" and "."`,
      );
    }
    const bytes = this.#bytes + sizeOf(lower, value);
    if (bytes > MAX_HEADER_BYTES) {
      throw new DividereError(
        "HEADERS_INVALID",
        `With "${lower}" the headers take ${bytes} bytes; at most ${MAX_HEADER_BYTES} are allowed. Put large data into the message`,
      );
    }
    this.#bytes = bytes;
    const values = this.#values.get(lower);
    if (values === undefined) this.#values.set(lower, [value]);
    else values.push(value);
  }

  /** Removes every value under a key. */
  delete(key: string): void {
    const lower = key.toLowerCase();
    for (const value of this.getAll(lower)) this.#bytes -= sizeOf(lower, value);
    this.#values.delete(lower);
  }

  /** Iterates over the pairs of key and value. */
  *[Symbol.iterator](): IterableIterator<[string, HeaderValue]> {
    for (const [key, values] of this.#values) for (const value of values) yield [key, value];
  }

  /** @internal Adds the headers, or the trailers, that an envelope carries. */
  _read(headers: readonly EnvelopeHeader[] | undefined, trailers: boolean): void {
    for (const { key, value, trailer } of headers ?? [])
      if (trailer === trailers) this.append(key, value);
  }

  /** @internal Returns the headers as fields of an envelope. */
  _write(trailer: boolean): EnvelopeHeader[] {
    return Array.from(this, ([key, value]) => ({ key, value, trailer }));
  }
}

function sizeOf(key: string, value: HeaderValue): number {
  const bytes = typeof value === "string" ? Buffer.byteLength(value) : value.length;
  return ENTRY_BYTES + key.length + bytes;
}
