import { isUtf8 } from "node:buffer";

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const START_GROUP = 3;
const END_GROUP = 4;
const FIXED_32 = 5;

/** The deepest nesting of groups in a skipped field; protobuf's own limit. */
const DEEPEST_GROUP = 100;

/**
 * Walks over the fields of a message's bytes. A `BinaryReader` could do this, but making one reader
 * for the envelope and one for its `Any` costs more than decoding a small message. This class reads
 * both in place, and enforces the end of an inner message as strictly as the end of the frame.
 */
export class WireCursor {
  readonly #bytes: Buffer;
  #pos: number;
  #end: number;

  /** @param start - The place of the first field. */
  constructor(bytes: Uint8Array, start = 0) {
    this.#pos = start;
    this.#bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#end = bytes.length;
  }

  /** Reads the next field's tag; returns `undefined` at the end of the message. */
  tag(): number | undefined {
    return this.#pos < this.#end ? this.varint() : undefined;
  }

  /**
   * Reads the lower 32 bits of a varint; the upper bits are read and dropped, as protobuf does for
   * a field of 32 bits.
   */
  varint(): number {
    const bytes = this.#bytes;
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#pos >= this.#end) throw new Error("a field is cut off");
      const byte = bytes[this.#pos++] as number;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new Error("a varint of more than ten bytes");
  }

  /** Reads a floating-point number of 64 bits. */
  double(): number {
    const start = this.#pos;
    this.#advance(8);
    return this.#bytes.readDoubleLE(start);
  }

  /** A varint of up to 64 bits; exact up to 2^53. */
  varint64(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 128) {
      if (this.#pos >= this.#end) throw new Error("a field is cut off");
      const byte = this.#bytes[this.#pos++] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new Error("a varint of more than ten bytes");
  }

  /** An unsigned integer of 32 bits in four bytes. */
  fixed32(): number {
    const start = this.#pos;
    this.#advance(4);
    return this.#bytes.readUInt32LE(start);
  }

  /**
   * Reads the bytes of a length-delimited field, as a view that is not a Buffer: a Buffer's `slice`
   * does not copy, and a bytes field of a message must behave as its type says.
   */
  bytes(): Uint8Array {
    const start = this.#pass();
    return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + start, this.#pos - start);
  }

  /** Reads a string field, which must be UTF-8. */
  string(): string {
    const start = this.#pass();
    const end = this.#pos;
    // Names are ASCII, and for so few bytes a loop is faster than a call of `isUtf8`.
    for (let at = start; at < end; at++) {
      if ((this.#bytes[at] as number) < 0x80) continue;
      if (!isUtf8(this.#bytes.subarray(start, end))) throw new Error("a string is not UTF-8");
      return this.#bytes.toString("utf8", start, end);
    }
    return this.#bytes.toString("latin1", start, end);
  }

  /** Visits the fields of a message field. */
  message(visit: (tag: number) => void): void {
    const start = this.#pass();
    const outerEnd = this.#end;
    this.#end = this.#pos;
    this.#pos = start;
    for (let tag = this.tag(); tag !== undefined; tag = this.tag()) visit(tag);
    this.#end = outerEnd;
  }

  /** Skips an unknown field. */
  skip(tag: number, depth = 0): void {
    if (tag >>> 3 === 0) throw new Error("a field has the number 0");
    switch (tag & 7) {
      case VARINT:
        this.varint();
        return;
      case FIXED_64:
        this.#advance(8);
        return;
      case LENGTH_DELIMITED:
        this.#pass();
        return;
      case FIXED_32:
        this.#advance(4);
        return;
      case START_GROUP:
        this.#skipGroup(tag, depth);
        return;
      default:
        throw new Error(`a field has the wire type ${tag & 7}`);
    }
  }

  #skipGroup(start: number, depth: number): void {
    if (depth >= DEEPEST_GROUP) throw new Error("groups nest too deep");
    for (let tag = this.tag(); tag !== undefined; tag = this.tag()) {
      if ((tag & 7) !== END_GROUP) this.skip(tag, depth + 1);
      else if (tag >>> 3 === start >>> 3) return;
      else throw new Error("a group ends that was not begun");
    }
    throw new Error("a group is cut off");
  }

  /** Skips a length and that many bytes, and returns the position where the bytes begin. */
  #pass(): number {
    const length = this.varint();
    const start = this.#pos;
    this.#advance(length);
    return start;
  }

  #advance(length: number): void {
    if (length > this.#end - this.#pos) throw new Error("a field is cut off");
    this.#pos += length;
  }
}
