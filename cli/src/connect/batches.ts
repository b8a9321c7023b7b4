import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** The field `earlier` of an envelope, and the field `envelopes` in it; see proto/MsgLib.proto. */
const EARLIER = 12;
const ENVELOPES = 1;

/**
 * Returns the envelopes that travel in one frame, in the order of their sending: those in the field
 * `earlier`, and the last, without that field.
 *
 * @throws Error for bytes that are no envelope.
 */
export function envelopesIn(frame: Uint8Array): readonly Uint8Array[] {
  const reader = new BinaryReader(frame);
  const earlier: Uint8Array[] = [];
  const kept: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [field, type] = reader.tag();
    if (field === EARLIER && type === WireType.LengthDelimited) {
      earlier.push(...readBatch(reader.bytes()));
      continue;
    }
    reader.skip(type, field);
    kept.push(frame.subarray(start, reader.pos));
  }
  return earlier.length === 0 ? [frame] : [...earlier, Buffer.concat(kept)];
}

function readBatch(bytes: Uint8Array): readonly Uint8Array[] {
  const reader = new BinaryReader(bytes);
  const envelopes: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === ENVELOPES && type === WireType.LengthDelimited) envelopes.push(reader.bytes());
    else reader.skip(type, field);
  }
  return envelopes;
}
