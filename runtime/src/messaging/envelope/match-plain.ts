import { ANY_VALUE, NO_BYTES, type Prefix } from "./format.js";

/**
 * The value in an envelope that is byte for byte what {@link EnvelopeEncoder} writes for that type,
 * without extras; `undefined` for any other, which is parsed in full. It saves making strings of
 * names that are known already.
 */
export function matchPlain(frame: Uint8Array, prefix: Prefix): Uint8Array | undefined {
  const { head, typeUrl } = prefix;
  if (!holdsAt(frame, 0, head)) return undefined;
  const any = lengthAt(frame, head.length);
  if (any === undefined || any.end !== frame.length) return undefined;
  if (!holdsAt(frame, any.start, typeUrl)) return undefined;
  const valueAt = any.start + typeUrl.length;
  if (valueAt === any.end) return NO_BYTES;
  if (frame[valueAt] !== ANY_VALUE) return undefined;
  const value = lengthAt(frame, valueAt + 1);
  if (value === undefined || value.end !== any.end) return undefined;
  return new Uint8Array(frame.buffer, frame.byteOffset + value.start, value.end - value.start);
}

function holdsAt(frame: Uint8Array, at: number, bytes: Uint8Array): boolean {
  if (at + bytes.length > frame.length) return false;
  for (let index = 0; index < bytes.length; index++) {
    if (frame[at + index] !== bytes[index]) return false;
  }
  return true;
}

/** The bytes that the length at `at` counts, if it is one of at most four bytes. */
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
