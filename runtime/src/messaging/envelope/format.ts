import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { checkMessageType, type MessageType } from "./message-type.js";

/** A message of any type in its encoded form, as a `google.protobuf.Any` carries it. */
export interface PackedMessage {
  /** The full name of the message's type. */
  readonly typeName: string;
  /** The message's bytes. */
  readonly value: Uint8Array;
}

/** The outcome of a call that did not return the requested message. */
export interface EnvelopeStatus {
  /** A code for programs, such as `NOT_FOUND`. */
  readonly code: string;
  /** A sentence for people. */
  readonly message: string;
  /** Typed details. */
  readonly details?: readonly PackedMessage[] | undefined;
}

/** A header of a request or of a reply, or a trailer of a reply. */
export interface EnvelopeHeader {
  readonly key: string;
  readonly value: string | Uint8Array;
  /** Whether this is a trailer, which belongs to the end of the reply. */
  readonly trailer: boolean;
}

/** The kinds of steps of a streaming call; `proto/MsgLib.proto` describes each. */
export const StreamKind = {
  OPEN: 1,
  MESSAGE: 2,
  END: 3,
  CANCEL: 4,
  CREDIT: 5,
  KEEP_ALIVE: 6,
} as const;

/** The features, besides messages, that an end of a call may understand; powers of two. */
export const Feature = {
  /** The cancellation of a call that is not a stream. */
  CANCEL: 1,
  /** Several requests or replies in one frame. */
  BATCH: 2,
} as const;

/** The amount that the receiver of a stream accepts. */
export interface Credit {
  readonly messages: number;
  /** Bytes of encoded messages. */
  readonly bytes: number;
}

/** A step of a streaming call. */
export interface StreamStep {
  /** A value of {@link StreamKind}; unknown values are possible. */
  readonly kind: number;
  /** The number of the sender's message, counted from 1. */
  readonly sequence?: number | undefined;
  readonly credit?: Credit | undefined;
  /**
   * The longest pause between two steps of either end, in milliseconds; sent with the opening step.
   */
  readonly keepAliveMs?: number | undefined;
}

/** The place of a published message among those of its publisher. */
export interface Publication {
  /** The number that the publisher chose at random; tells publishers apart. */
  readonly publisher: number;
  /** Counts the publisher's messages of one type from 1. */
  readonly sequence: number;
}

/**
 * The fields of an envelope besides its message. Python's dividere ignores these fields, and a plain
 * message has none.
 */
export interface EnvelopeExtras {
  /** The reason why a request was not answered with the requested message. */
  readonly status?: EnvelopeStatus | undefined;
  /** The headers, and the trailers of a reply. */
  readonly headers?: readonly EnvelopeHeader[] | undefined;
  /** The time that the requester waits, in milliseconds; 0 for no limit. */
  readonly timeoutMs?: number | undefined;
  /** The rpc that a request is for, such as `greeter.v1.Greeter/Reverse`. */
  readonly rpc?: string | undefined;
  /** The step of a streaming call that the envelope carries. */
  readonly stream?: StreamStep | undefined;
  /** The sum of the {@link Feature}s that the sender understands. */
  readonly features?: number | undefined;
  /** When a request was sent, in milliseconds since 1970 by its sender's steady clock. */
  readonly sentAt?: number | undefined;
  /** The place of a published message, from a publisher that numbers its messages. */
  readonly publication?: Publication | undefined;
}

/** An envelope whose message has not been decoded. Its bytes are views of the frame. */
export interface Envelope extends EnvelopeExtras {
  /** The name that the sender wrote: the full name, or the short name from Python's dividere. */
  readonly msgName: string;
  /** The full name from the message's type URL; empty if the message has no type URL. */
  readonly typeName: string;
  /** The message's bytes. */
  readonly value: Uint8Array;
  /**
   * Whether the sender set a field that Python's dividere does not know, which shows that the
   * sender can read such fields.
   */
  readonly extended: boolean;
}

export const TYPE_URL_PREFIX = "type.googleapis.com/";

// Tags of msgEnvelope, its nested messages and google.protobuf.Any: field number << 3 | wire type.
export const ENVELOPE_NAME = 0x0a;
export const ENVELOPE_MSG = 0x12;
export const ENVELOPE_STATUS = 0x1a;
export const ENVELOPE_HEADERS = 0x22;
export const ENVELOPE_TIMEOUT = 0x28;
export const ENVELOPE_RPC = 0x32;
export const ENVELOPE_STREAM = 0x3a;
export const ENVELOPE_FEATURES = 0x40;
export const ENVELOPE_SENT_AT = 0x51;
export const ENVELOPE_SEQUENCE = 0x48;
export const ENVELOPE_PUBLISHER = 0x5d;
export const ENVELOPE_EARLIER = 0x62;
export const BATCH_ENVELOPE = 0x0a;
export const BATCH_CALL = 0x12;
export const ANY_TYPE_URL = 0x0a;
export const ANY_VALUE = 0x12;
export const STATUS_CODE = 0x0a;
export const STATUS_MESSAGE = 0x12;
export const STATUS_DETAILS = 0x1a;
export const HEADER_KEY = 0x0a;
export const HEADER_TEXT = 0x12;
export const HEADER_BYTES = 0x1a;
export const HEADER_TRAILER = 0x20;
export const STREAM_KIND = 0x08;
export const STREAM_SEQUENCE = 0x10;
export const STREAM_CREDIT = 0x1a;
export const STREAM_KEEP_ALIVE = 0x20;
export const CREDIT_MESSAGES = 0x08;
export const CREDIT_BYTES = 0x10;

/** The bytes of a message without fields. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);

/** The bytes of an envelope that depend on the message type alone. */
export interface Prefix {
  /** The type's full name. */
  readonly name: string;
  /** The name field and the tag of the message field. */
  readonly head: Uint8Array;
  /** The type URL field of the `Any`. */
  readonly typeUrl: Uint8Array;
}

const prefixes = new WeakMap<MessageType, Prefix>();

/** Returns the constant bytes of a type's envelopes; made once for each type. */
export function prefixOf(type: MessageType): Prefix {
  let prefix = prefixes.get(type);
  if (prefix === undefined) {
    checkMessageType(type);
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

/**
 * Returns the topic of a subscription to the envelopes of that name whose subscriber reads batches:
 * the byte after the name shows it. Every envelope with a message has that byte there, so the
 * topic matches the same messages.
 */
export function readerTopicOf(msgName: string): Uint8Array {
  return new BinaryWriter().uint32(ENVELOPE_NAME).string(msgName).uint32(ENVELOPE_MSG).finish();
}
