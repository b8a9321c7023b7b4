import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { DividereError, toError } from "../../base/errors.js";
import {
  ANY_VALUE,
  ENVELOPE_STATUS,
  ENVELOPE_TIMEOUT,
  type EnvelopeExtras,
  prefixOf,
  STATUS_CODE,
  STATUS_MESSAGE,
} from "./format.js";
import type { MessageOf, MessageType } from "./message-type.js";
import { TypeSet } from "./type-set.js";

/** A writer that held a large message keeps its memory; past this it is replaced. */
const WRITER_KEEP_BYTES = 1 << 20;

/**
 * Puts messages into envelopes (Python: `messaging.ProtoBuffEncoder`):
 * `msgEnvelope { msgName, Any msg }`, the full name in `msgName`. The bytes are those that Python's
 * protobuf writes for the same envelope.
 */
export class EnvelopeEncoder<M extends MessageType<object> = MessageType> {
  readonly #types: TypeSet;
  #writer = new BinaryWriter();

  /** @param types - The types of the messages that are given without one. */
  constructor(types: readonly M[] = []) {
    this.#types = new TypeSet(types as readonly MessageType[]);
  }

  /**
   * The envelope of a message, in memory of its own.
   *
   * @param type - The message's type; by default the one that its `$type` names, or the only one
   *   that the encoder has.
   * @throws DividereError `UNKNOWN_MESSAGE_TYPE`, or `UNENCODABLE_MESSAGE` when the type's codec
   *   does not take the message. The encoder can be used again.
   */
  encode<T extends MessageOf<M>>(
    message: T,
    type?: MessageType<T>,
    extras?: EnvelopeExtras,
  ): Uint8Array {
    const actual = (type as MessageType | undefined) ?? this.#types.of(message);
    const prefix = prefixOf(actual);
    const value = this.#encodeValue(message, actual);
    const writer = this.#writer;
    // Any leaves an empty value out, so its length has to be known first.
    const valueHead = value.length === 0 ? 0 : 1 + varintSize(value.length);
    writer
      .raw(prefix.head)
      .uint32(prefix.typeUrl.length + valueHead + value.length)
      .raw(prefix.typeUrl);
    if (value.length > 0) writer.uint32(ANY_VALUE).bytes(value);
    if (extras !== undefined) writeExtras(writer, extras);
    return this.#finish();
  }

  /** An envelope that carries a status and no message: for a peer that is known to read it. */
  encodeStatus(status: { readonly code: string; readonly message: string }): Uint8Array {
    writeExtras(this.#writer, { status });
    return this.#finish();
  }

  #encodeValue(message: object, type: MessageType): Uint8Array {
    try {
      return type.encode(message, this.#writer).finish();
    } catch (error) {
      // What was written before the throw is still in the writer.
      this.#writer = new BinaryWriter();
      throw new DividereError(
        "UNENCODABLE_MESSAGE",
        `Not a ${type.$type} that can be encoded: ${toError(error).message}; create() fills in what a literal leaves out`,
        { cause: error },
      );
    }
  }

  #finish(): Uint8Array {
    const bytes = this.#writer.finish();
    if (bytes.length > WRITER_KEEP_BYTES) this.#writer = new BinaryWriter();
    return bytes;
  }
}

function writeExtras(writer: BinaryWriter, extras: EnvelopeExtras): void {
  const { status, timeoutMs } = extras;
  if (status !== undefined) {
    writer.uint32(ENVELOPE_STATUS).fork();
    if (status.code !== "") writer.uint32(STATUS_CODE).string(status.code);
    if (status.message !== "") writer.uint32(STATUS_MESSAGE).string(status.message);
    writer.join();
  }
  if (timeoutMs !== undefined) writer.uint32(ENVELOPE_TIMEOUT).uint32(timeoutMs);
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) size++;
  return size;
}
