import { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { MessageType } from "./message-type.js";

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

export const TYPE_URL_PREFIX = "type.googleapis.com/";

// Tags of msgEnvelope, msgEnvelope.Status and google.protobuf.Any: field number << 3 | wire type.
export const ENVELOPE_NAME = 0x0a;
export const ENVELOPE_MSG = 0x12;
export const ENVELOPE_STATUS = 0x1a;
export const ENVELOPE_TIMEOUT = 0x28;
export const ANY_TYPE_URL = 0x0a;
export const ANY_VALUE = 0x12;
export const STATUS_CODE = 0x0a;
export const STATUS_MESSAGE = 0x12;

/** The value of a message without fields. */
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

/** The constant bytes of a type's envelopes; made once a type. */
export function prefixOf(type: MessageType): Prefix {
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
