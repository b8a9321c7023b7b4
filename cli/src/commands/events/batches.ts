import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import type { Envelope } from "dividere/messaging";

/** The type of a message that holds envelopes of published messages; see proto/MsgLib.proto. */
const BATCH = "batch";

const ENVELOPES = 1;

/**
 * Returns the envelopes that left together in one frame; `undefined` for a single message. A publisher
 * sends batches only while all subscribers read them, and these commands do not say that they do; but
 * one may be under way when a command subscribes.
 */
export function envelopesIn({
  typeName,
  msgName,
  value,
}: Envelope): readonly Uint8Array[] | undefined {
  // The name is that of the messages in it.
  if (typeName !== BATCH || msgName === BATCH) return undefined;
  const reader = new BinaryReader(value);
  const envelopes: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === ENVELOPES && type === WireType.LengthDelimited) envelopes.push(reader.bytes());
    else reader.skip(type, field);
  }
  return envelopes;
}
