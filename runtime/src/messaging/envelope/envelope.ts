import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { DecodeError, DividereError, toError } from "../../base/errors.js";
import type { MessageOf, MessageType } from "./message-type.js";
import { TypeSet } from "./type-set.js";
import { WireCursor } from "./wire-cursor.js";

/**
 * What an envelope may say besides its message. Python's dividere ignores these fields, and a plain
 * message has none.
 */
export interface EnvelopeExtras {
  /** Why a request was not answered with the message that was asked for. */
  readonly status?: { readonly code: string; readonly message: string } | undefined;
  /** How long the requester waits, in milliseconds; 0 for as long as it takes. */
  readonly timeoutMs?: number | undefined;
}

/** An envelope whose message has not been decoded. Its bytes are views of the frame. */
export interface Envelope extends EnvelopeExtras {
  /** The name that the sender wrote: the full name, or the short one by Python's dividere. */
  readonly msgName: string;
  /** The full name from the message's type URL; empty when there is none. */
  readonly typeName: string;
  /** The message's bytes. */
  readonly value: Uint8Array;
  /** Whether the sender set a field that Python's dividere does not know, and so can read one. */
  readonly extended: boolean;
}

const TYPE_URL_PREFIX = "type.googleapis.com/";

// Tags of msgEnvelope, msgEnvelope.Status and google.protobuf.Any: field number << 3 | wire type.
const ENVELOPE_NAME = 0x0a;
const ENVELOPE_MSG = 0x12;
const ENVELOPE_STATUS = 0x1a;
const ENVELOPE_TIMEOUT = 0x28;
const ANY_TYPE_URL = 0x0a;
const ANY_VALUE = 0x12;
const STATUS_CODE = 0x0a;
const STATUS_MESSAGE = 0x12;

/** A writer that held a large message keeps its memory; past this it is replaced. */
const WRITER_KEEP_BYTES = 1 << 20;

/** The bytes of an envelope that depend on the message type alone. */
interface Prefix {
  /** The type's full name. */
  readonly name: string;
  /** The name field and the tag of the message field. */
  readonly head: Uint8Array;
  /** The type URL field of the `Any`. */
  readonly typeUrl: Uint8Array;
}

const prefixes = new WeakMap<MessageType, Prefix>();

function prefixOf(type: MessageType): Prefix {
  let prefix = prefixes.get(type);
  if (prefix === undefined) {
    prefix = {
      name: type.$type,
      head: new BinaryWriter()
        .uint32(ENVELOPE_NAME)
        .string(type.$type)
        .uint32(ENVELOPE_MSG)
        .finish(),
      typeUrl: new BinaryWriter()
        .uint32(ANY_TYPE_URL)
        .string(TYPE_URL_PREFIX + type.$type)
        .finish(),
    };
    prefixes.set(type, prefix);
  }
  return prefix;
}

/** The first bytes of every envelope of that name: what a subscription to it asks for. */
export function topicOf(msgName: string): Uint8Array {
  return new BinaryWriter().uint32(ENVELOPE_NAME).string(msgName).finish();
}

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

/**
 * Takes messages out of envelopes (Python: `messaging.ProtoBuffDecoder`). The type is the one that
 * the `Any`'s type URL names; only where there is none does `msgName` count, full or short. Fields
 * that are not known are skipped, as protobuf demands.
 */
export class EnvelopeDecoder<M extends MessageType<object> = MessageType> {
  readonly #types: TypeSet;
  readonly #prefixes: readonly Prefix[];

  /** @param types - The types that may arrive; a message of another is refused. */
  constructor(types: readonly M[]) {
    this.#types = new TypeSet(types as readonly MessageType[]);
    this.#prefixes = this.#types.types.map(prefixOf);
  }

  /**
   * The message in a frame.
   *
   * @throws DecodeError `MALFORMED_ENVELOPE`, `UNKNOWN_MESSAGE_TYPE` or `MALFORMED_MESSAGE`.
   */
  decode(frame: Uint8Array): MessageOf<M> {
    const envelope = this.read(frame);
    return this.open(envelope, this.typeOf(envelope));
  }

  /**
   * Takes an envelope apart without decoding its message: the same as {@link readEnvelope}, quicker
   * for the types that the decoder knows.
   *
   * @throws DecodeError `MALFORMED_ENVELOPE`
   */
  read(frame: Uint8Array): Envelope {
    for (const prefix of this.#prefixes) {
      const value = matchPlain(frame, prefix);
      if (value === undefined) continue;
      const name = prefix.name;
      return { msgName: name, typeName: name, value, extended: false };
    }
    return readEnvelope(frame);
  }

  /** @throws DecodeError `UNKNOWN_MESSAGE_TYPE` */
  typeOf(envelope: Envelope): M {
    const { typeName, msgName } = envelope;
    const type = typeName === "" ? this.#types.find(msgName) : this.#types.get(typeName);
    if (type !== undefined) return type as M;
    const name = typeName || msgName;
    throw new DecodeError(
      "UNKNOWN_MESSAGE_TYPE",
      name === ""
        ? "The envelope names no message type"
        : `A message of type "${name}" arrived; this link was given ${this.#types.describe()}`,
      { typeName: name },
    );
  }

  /** @throws DecodeError `MALFORMED_MESSAGE` */
  open(envelope: Envelope, type: M): MessageOf<M> {
    try {
      return type.decode(envelope.value) as MessageOf<M>;
    } catch (error) {
      throw new DecodeError(
        "MALFORMED_MESSAGE",
        `The ${envelope.value.length} bytes in the envelope are no ${type.$type}: ${toError(error).message}`,
        { cause: error, typeName: type.$type },
      );
    }
  }
}

/**
 * Takes an envelope apart without decoding its message.
 *
 * @throws DecodeError `MALFORMED_ENVELOPE`
 */
export function readEnvelope(frame: Uint8Array): Envelope {
  try {
    return parseEnvelope(frame);
  } catch (error) {
    throw new DecodeError(
      "MALFORMED_ENVELOPE",
      `A frame of ${frame.length} bytes is no envelope of dividere: ${toError(error).message}`,
      { cause: error },
    );
  }
}

/**
 * The value in an envelope that is byte for byte what {@link EnvelopeEncoder} writes for that type,
 * without extras; `undefined` for any other, which is parsed in full. It saves making strings of
 * names that are known already.
 */
function matchPlain(frame: Uint8Array, prefix: Prefix): Uint8Array | undefined {
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

interface MutableEnvelope {
  msgName: string;
  typeName: string;
  value: Uint8Array;
  status?: { code: string; message: string };
  timeoutMs?: number;
  extended: boolean;
}

const NO_BYTES = new Uint8Array(0);

function parseEnvelope(frame: Uint8Array): Envelope {
  const envelope: MutableEnvelope = { msgName: "", typeName: "", value: NO_BYTES, extended: false };
  const cursor = new WireCursor(frame);
  for (let tag = cursor.tag(); tag !== undefined; tag = cursor.tag()) {
    switch (tag) {
      case ENVELOPE_NAME:
        envelope.msgName = cursor.string();
        break;
      case ENVELOPE_MSG:
        // A repeated message field merges (protobuf encoding guide, "Last One Wins"), so the
        // envelope keeps what the last one leaves out.
        cursor.message((inner) => readAnyField(cursor, inner, envelope));
        break;
      case ENVELOPE_STATUS: {
        const status = envelope.status ?? { code: "", message: "" };
        cursor.message((inner) => readStatusField(cursor, inner, status));
        envelope.status = status;
        envelope.extended = true;
        break;
      }
      case ENVELOPE_TIMEOUT:
        envelope.timeoutMs = cursor.varint();
        envelope.extended = true;
        break;
      default:
        if (tag >>> 3 >= 3) envelope.extended = true;
        cursor.skip(tag);
    }
  }
  return envelope;
}

function readAnyField(cursor: WireCursor, tag: number, into: MutableEnvelope): void {
  if (tag === ANY_TYPE_URL) {
    const url = cursor.string();
    into.typeName = url.slice(url.lastIndexOf("/") + 1);
  } else if (tag === ANY_VALUE) into.value = cursor.bytes();
  else cursor.skip(tag);
}

function readStatusField(
  cursor: WireCursor,
  tag: number,
  into: { code: string; message: string },
): void {
  if (tag === STATUS_CODE) into.code = cursor.string();
  else if (tag === STATUS_MESSAGE) into.message = cursor.string();
  else cursor.skip(tag);
}
