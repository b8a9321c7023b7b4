import type { BinaryWriter } from "@bufbuild/protobuf/wire";
import { DividereError, toError } from "../../base/errors.js";
import { complete, StrictWriter } from "./complete.js";
import { ANY_VALUE, type EnvelopeExtras, prefixOf } from "./format.js";
import type { MessageInit, MessageOf, MessageType } from "./message-type.js";
import { TypeSet } from "./type-set.js";
import { writeExtras } from "./write-extras.js";

/** A writer that held a large message keeps its memory; past this it is replaced. */
const WRITER_KEEP_BYTES = 1 << 20;

/**
 * Puts messages into envelopes (Python: `messaging.ProtoBuffEncoder`):
 * `msgEnvelope { msgName, Any msg }`, the full name in `msgName`. The bytes are those that Python's
 * protobuf writes for the same envelope.
 *
 * @example
 * ```ts
 * import { Dealer } from "dividere/connection";
 * import { EnvelopeEncoder } from "dividere/messaging";
 * import { Msg01 } from "./gen/greeter.js";
 *
 * await using dealer = new Dealer("tcp://127.0.0.1:5555");
 * await dealer.send(new EnvelopeEncoder([Msg01]).encode({ field1: "hello" }));
 * ```
 */
export class EnvelopeEncoder<M extends MessageType<object> = MessageType> {
  readonly #types: TypeSet;
  #writer: BinaryWriter = new StrictWriter();

  /** @param types - The types of the messages that are given without one. */
  constructor(types: readonly M[] = []) {
    this.#types = new TypeSet(types as readonly MessageType[]);
  }

  /**
   * The envelope of a message, in memory of its own.
   *
   * @param message - Fields that are left out have their default values, in nested messages too.
   * @param type - The message's type; by default the one that its `$type` names, or the only one
   *   that the encoder has.
   * @throws DividereError `UNKNOWN_MESSAGE_TYPE`, or `UNENCODABLE_MESSAGE` when the type's codec
   *   does not take the message. The encoder can be used again.
   */
  encode<T extends MessageOf<M>>(
    message: MessageInit<T>,
    type?: MessageType<T>,
    extras?: EnvelopeExtras,
  ): Uint8Array {
    const actual = (type as MessageType | undefined) ?? this.#types.of(message as object);
    return this.wrap(this.encodeValue(message as object, actual), actual, extras);
  }

  /** The envelope of a message that {@link encodeValue} has encoded. */
  wrap(value: Uint8Array, type: MessageType, extras?: EnvelopeExtras): Uint8Array {
    const prefix = prefixOf(type);
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

  /** An envelope without a message, for a peer that is known to read its other fields. */
  encodeExtras(extras: EnvelopeExtras): Uint8Array {
    writeExtras(this.#writer, extras);
    return this.#finish();
  }

  /** The message's own bytes, as the `Any` of an envelope carries them. */
  encodeValue(message: object, type: MessageType): Uint8Array {
    try {
      return type.encode(message, this.#writer).finish();
    } catch (error) {
      // The writer still holds what was written before the throw.
      this.#writer = new StrictWriter();
      try {
        const whole = complete(message, type);
        if (whole === undefined) throw error;
        return type.encode(whole, this.#writer).finish();
      } catch (failure) {
        this.#writer = new StrictWriter();
        throw new DividereError(
          "UNENCODABLE_MESSAGE",
          `Not a ${type.$type} that can be encoded: ${toError(failure).message}`,
          { cause: failure },
        );
      }
    }
  }

  #finish(): Uint8Array {
    const bytes = this.#writer.finish();
    if (bytes.length > WRITER_KEEP_BYTES) this.#writer = new StrictWriter();
    return bytes;
  }
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) size++;
  return size;
}
