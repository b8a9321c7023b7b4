import { BinaryReader } from "@bufbuild/protobuf/wire";

/** `sequence` and `publisher` of an envelope: the place of a message among those of its publisher. */
const PUBLICATION_FIELDS = [9, 11];

/**
 * Returns a recorded envelope without its number: a subscriber that has had the number drops the
 * message as a repetition.
 */
export function withoutNumber(envelope: Uint8Array): Uint8Array {
  const reader = new BinaryReader(envelope);
  const kept: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [field, wireType] = reader.tag();
    reader.skip(wireType, field);
    if (!PUBLICATION_FIELDS.includes(field)) kept.push(envelope.subarray(start, reader.pos));
  }
  return Buffer.concat(kept);
}
