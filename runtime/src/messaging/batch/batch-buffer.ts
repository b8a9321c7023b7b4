import { varintSize, writeVarint } from "../../wire/varint.js";
import type { EnvelopeSpace } from "../envelope/encoder.js";
import { BATCH_ENVELOPE, ENVELOPE_EARLIER, NO_BYTES } from "../envelope/format.js";
import { endOfField, startOfField } from "./fields.js";

/** The most bytes of a varint of 32 bits. */
const VARINT_BYTES = 5;

/** The smallest memory for a batch. */
const LEAST_BYTES = 1_024;

/** The memory in which batches come to be, one after the other: field behind field. */
export class BatchBuffer implements EnvelopeSpace {
  readonly #tag: number;
  #bytes: Buffer = Buffer.allocUnsafeSlow(LEAST_BYTES);
  /** The place of the last field. */
  #last = 0;
  #end = 0;
  #count = 0;

  /** @param tag - The tag of each field. */
  constructor(tag: number = BATCH_ENVELOPE) {
    this.#tag = tag;
  }

  /** The number of fields. */
  get count(): number {
    return this.#count;
  }

  /** The number of bytes. */
  get size(): number {
    return this.#end;
  }

  /** The memory; another one after each {@link reserve}. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Makes room for the content of a field, whose length goes before it, and returns its place. */
  reserve(size: number): number {
    const needed = this.#end + 1 + VARINT_BYTES + size;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#end));
      this.#bytes = larger;
    }
    this.#last = this.#end;
    this.#bytes[this.#end] = this.#tag;
    const at = writeVarint(this.#bytes, this.#end + 1, size);
    this.#end = at + size;
    this.#count++;
    return at;
  }

  /** Appends a field with that content. */
  add(content: Uint8Array): void {
    const at = this.reserve(content.length);
    this.#bytes.set(content, at);
  }

  /** The fields before the last, until the next is added. */
  get earlier(): Uint8Array {
    return this.#bytes.subarray(0, this.#last);
  }

  /** A copy of the last field's content. */
  get last(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(startOfField(this.#bytes, this.#last), this.#end));
  }

  /**
   * Copies all into one frame: the last envelope, and the others in the field for them.
   *
   * @param calls - Fields that go behind the others.
   */
  frame(calls: Uint8Array = NO_BYTES): Uint8Array {
    const { earlier } = this;
    const last = this.#bytes.subarray(startOfField(this.#bytes, this.#last), this.#end);
    const size = earlier.length + calls.length;
    // The socket reads the memory after the send, so no other frame shares it.
    const frame = Buffer.allocUnsafeSlow(last.length + 1 + varintSize(size) + size);
    frame.set(last);
    frame[last.length] = ENVELOPE_EARLIER;
    const at = writeVarint(frame, last.length + 1, size);
    frame.set(earlier, at);
    frame.set(calls, at + earlier.length);
    return frame;
  }

  /** Copies the content of each field into memory of its own. */
  contents(): Uint8Array[] {
    const contents: Uint8Array[] = [];
    for (let at = 0; at < this.#end; ) {
      const end = endOfField(this.#bytes, at);
      contents.push(
        Uint8Array.prototype.slice.call(this.#bytes, startOfField(this.#bytes, at), end),
      );
      at = end;
    }
    return contents;
  }

  /** Forgets the fields. */
  clear(): void {
    this.#end = 0;
    this.#last = 0;
    this.#count = 0;
  }
}
