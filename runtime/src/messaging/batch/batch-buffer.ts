import { varintSize, writeVarint } from "../../wire/varint.js";
import type { EnvelopeSpace } from "../envelope/encoder.js";
import { BATCH_ENVELOPE, ENVELOPE_EARLIER } from "../envelope/format.js";
import { endOfField, startOfField } from "./fields.js";

/** The most bytes of a varint of 32 bits. */
const VARINT_BYTES = 5;

/** The smallest memory for a batch. */
const LEAST_BYTES = 1_024;

/** The memory in which batches come to be, one after the other: envelope behind envelope. */
export class BatchBuffer implements EnvelopeSpace {
  #bytes: Buffer = Buffer.allocUnsafeSlow(LEAST_BYTES);
  /** The place of the last envelope's field. */
  #last = 0;
  #end = 0;
  #count = 0;

  /** The number of envelopes. */
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

  /** Makes room for an envelope, whose length goes before it, and returns its place. */
  reserve(size: number): number {
    const needed = this.#end + 1 + VARINT_BYTES + size;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#end));
      this.#bytes = larger;
    }
    this.#last = this.#end;
    this.#bytes[this.#end] = BATCH_ENVELOPE;
    const at = writeVarint(this.#bytes, this.#end + 1, size);
    this.#end = at + size;
    this.#count++;
    return at;
  }

  /** Appends an envelope. */
  add(envelope: Uint8Array): void {
    const at = this.reserve(envelope.length);
    this.#bytes.set(envelope, at);
  }

  /** Copies all into one frame: the last envelope, and the others in the field for them. */
  frame(): Uint8Array {
    const earlier = this.#last;
    const last = this.#bytes.subarray(startOfField(this.#bytes, earlier), this.#end);
    const length = last.length + 1 + varintSize(earlier) + earlier;
    // The socket reads the memory after the send, so no other frame shares it.
    const frame = Buffer.allocUnsafeSlow(length);
    frame.set(last);
    frame[last.length] = ENVELOPE_EARLIER;
    const at = writeVarint(frame, last.length + 1, earlier);
    frame.set(this.#bytes.subarray(0, earlier), at);
    return frame;
  }

  /** Copies each envelope into a frame of its own. */
  frames(): Uint8Array[] {
    const frames: Uint8Array[] = [];
    for (let at = 0; at < this.#end; ) {
      const end = endOfField(this.#bytes, at);
      frames.push(Uint8Array.prototype.slice.call(this.#bytes, startOfField(this.#bytes, at), end));
      at = end;
    }
    return frames;
  }

  /** Forgets the envelopes. */
  clear(): void {
    this.#end = 0;
    this.#last = 0;
    this.#count = 0;
  }
}
