import { BinaryWriter } from "@bufbuild/protobuf/wire";

/** The topic of a plain subscription to the envelopes of that name, as Python's dividere makes it. */
export function plainTopic(name: string): Uint8Array {
  return new BinaryWriter().uint32(0x0a).string(name).finish();
}

/** The topic of a subscriber that reads batches. */
export function readerTopic(name: string): Uint8Array {
  return Buffer.concat([plainTopic(name), Uint8Array.of(0x12)]);
}
