import { DividereError, toError } from "../../base/errors.js";
import { frameMemory } from "../../base/frame-memory.js";
import { varintSize, writeVarint } from "../../wire/varint.js";
import { complete, StrictWriter } from "./complete.js";
import { ANY_VALUE, type EnvelopeExtras, NO_BYTES, type Prefix, prefixOf } from "./format.js";
import type { MessageInit, MessageOf, MessageType } from "./message-type.js";
import { TypeSet } from "./type-set.js";
import { writeExtras } from "./write-extras.js";

/** Memory for envelopes, one after the other. */
export interface EnvelopeSpace {
  /** The memory, after a {@link reserve}. */
  readonly bytes: Uint8Array;
  /** Reserves that many bytes and returns the place of the first. */
  reserve(size: number): number;
}

/** The memory that a writer may keep after a large message; a writer with more is replaced. */
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
  /** Writes messages. */
  #writer = new StrictWriter();
  /** Writes the other fields, while the message waits in its writer. */
  #extrasWriter = new StrictWriter();

  /** @param types - The types of the messages that are passed to {@link encode} without a type. */
  constructor(types: readonly M[] = []) {
    this.#types = new TypeSet(types as readonly MessageType[]);
  }

  /**
   * Encodes a message in an envelope, in memory that nothing else writes to.
   *
   * @param message - Fields that are left out have their default values, in nested messages too.
   * @param type - The message's type; by default the type that its `$type` names, or the encoder's
   *   only type.
   * @throws DividereError `UNKNOWN_MESSAGE_TYPE`, or `UNENCODABLE_MESSAGE` when the type's codec
   *   rejects the message. The encoder remains usable.
   */
  encode<T extends MessageOf<M>>(
    message: MessageInit<T>,
    type?: MessageType<T>,
    extras?: EnvelopeExtras,
  ): Uint8Array {
    const actual = this._typeOf(message as object, type as MessageType | undefined);
    return this.wrap(this._borrowValue(message as object, actual), actual, extras);
  }

  /** @internal The type of a message. @throws DividereError `UNKNOWN_MESSAGE_TYPE` */
  _typeOf(message: object, type?: MessageType): MessageType {
    return type ?? this.#types.of(message);
  }

  /** Puts a message that {@link encodeValue} has encoded into an envelope. */
  wrap(value: Uint8Array, type: MessageType, extras?: EnvelopeExtras): Uint8Array {
    const prefix = prefixOf(type);
    const tail = this.#borrowExtras(extras);
    const frame = frameMemory(sizeOfEnvelope(prefix, value, tail));
    writeEnvelope(frame, 0, prefix, value, tail);
    return frame;
  }

  /** The same as {@link wrap}, in memory that further envelopes share. */
  wrapInto(
    space: EnvelopeSpace,
    value: Uint8Array,
    type: MessageType,
    extras?: EnvelopeExtras,
  ): void {
    const prefix = prefixOf(type);
    const tail = this.#borrowExtras(extras);
    const at = space.reserve(sizeOfEnvelope(prefix, value, tail));
    writeEnvelope(space.bytes, at, prefix, value, tail);
  }

  /** Encodes an envelope without a message, for a peer that is known to read its other fields. */
  encodeExtras(extras: EnvelopeExtras): Uint8Array {
    return this.#borrowExtras(extras).slice();
  }

  /** Encodes a message to the bytes that the `Any` of an envelope carries. */
  encodeValue(message: object, type: MessageType): Uint8Array {
    return this._borrowValue(message, type).slice();
  }

  /** @internal The same as {@link encodeValue}, in memory that the next message overwrites. */
  _borrowValue(message: object, type: MessageType): Uint8Array {
    try {
      return this.#write(message, type);
    } catch (error) {
      // The writer still holds the bytes that were written before the throw.
      this.#writer = new StrictWriter();
      try {
        const whole = complete(message, type);
        if (whole === undefined) throw error;
        return this.#write(whole, type);
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

  #write(message: object, type: MessageType): Uint8Array {
    const writer = type.encode(message, this.#writer);
    // A codec may return a writer of its own.
    if (writer !== this.#writer) return writer.finish();
    const bytes = this.#writer.borrow();
    if (bytes.length > WRITER_KEEP_BYTES) this.#writer = new StrictWriter();
    return bytes;
  }

  #borrowExtras(extras: EnvelopeExtras | undefined): Uint8Array {
    if (extras === undefined) return NO_BYTES;
    writeExtras(this.#extrasWriter, extras);
    const bytes = this.#extrasWriter.borrow();
    if (bytes.length > WRITER_KEEP_BYTES) this.#extrasWriter = new StrictWriter();
    return bytes;
  }
}

/** An `Any` leaves an empty value out, so the length must be known first. */
function sizeOfAny({ typeUrl }: Prefix, value: Uint8Array): number {
  const { length } = value;
  return typeUrl.length + (length === 0 ? 0 : 1 + varintSize(length) + length);
}

function sizeOfEnvelope(prefix: Prefix, value: Uint8Array, tail: Uint8Array): number {
  const any = sizeOfAny(prefix, value);
  return prefix.head.length + varintSize(any) + any + tail.length;
}

function writeEnvelope(
  bytes: Uint8Array,
  start: number,
  prefix: Prefix,
  value: Uint8Array,
  tail: Uint8Array,
): void {
  const { head, typeUrl } = prefix;
  bytes.set(head, start);
  let at = writeVarint(bytes, start + head.length, sizeOfAny(prefix, value));
  bytes.set(typeUrl, at);
  at += typeUrl.length;
  if (value.length > 0) {
    bytes[at] = ANY_VALUE;
    at = writeVarint(bytes, at + 1, value.length);
    bytes.set(value, at);
    at += value.length;
  }
  if (tail.length > 0) bytes.set(tail, at);
}
