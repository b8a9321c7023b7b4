import { ANY_VALUE, NO_BYTES, type Prefix } from "./format.js";

/** The message in an envelope that was matched. */
export interface Match {
  readonly value: Uint8Array;
  /** The position where the fields after the message begin. */
  readonly end: number;
}

/**
 * Finds the value in an envelope whose first bytes equal those that {@link EnvelopeEncoder} writes
 * for that type; returns `undefined` for any other envelope, which is then parsed in full. The
 * match avoids making strings of known names.
 */
export function matchPlain(frame: Uint8Array, prefix: Prefix): Match | undefined {
  const { head, typeUrl } = prefix;
  if (!holdsAt(frame, 0, head)) return undefined;
  const any = lengthAt(frame, head.length);
  if (any === undefined || any.end > frame.length) return undefined;
  if (!holdsAt(frame, any.start, typeUrl)) return undefined;
  const { end } = any;
  const valueAt = any.start + typeUrl.length;
  if (valueAt === end) return { value: NO_BYTES, end };
  if (frame[valueAt] !== ANY_VALUE) return undefined;
  const value = lengthAt(frame, valueAt + 1);
  if (value === undefined || value.end !== end) return undefined;
  const length = end - value.start;
  return { value: new Uint8Array(frame.buffer, frame.byteOffset + value.start, length), end };
}

/**
 * Computes, from the bytes of the name, a number that is the same for all envelopes of one type and
 * mostly differs between types.
 */
export function hashOfName(frame: Uint8Array): number {
  const length = frame[1] ?? 0;
  let hash = length;
  // The length of a name of more than 127 bytes takes two bytes; the first bytes of the name are
  // enough.
  const end = Math.min(frame.length, 2 + (length & 0x7f));
  for (let at = 2; at < end; at++) hash = (Math.imul(hash, 31) + (frame[at] as number)) | 0;
  return hash;
}

function holdsAt(frame: Uint8Array, at: number, bytes: Uint8Array): boolean {
  if (at + bytes.length > frame.length) return false;
  for (let index = 0; index < bytes.length; index++) {
    if (frame[at + index] !== bytes[index]) return false;
  }
  return true;
}

/**
 * Returns the range of bytes that the length at `at` counts, if that length takes at most four
 * bytes.
 */
function lengthAt(frame: Uint8Array, at: number): { start: number; end: number } | undefined {
  let length = 0;
  for (let index = 0; index < 4; index++) {
    const byte = frame[at + index];
    if (byte === undefined) return undefined;
    length |= (byte & 0x7f) << (7 * index);
    if (byte < 0x80) return { start: at + index + 1, end: at + index + 1 + length };
  }
  return undefined;
}
