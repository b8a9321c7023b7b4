import { DecodeError, toError } from "../../base/errors.js";
import {
  ANY_TYPE_URL,
  ANY_VALUE,
  ENVELOPE_FEATURES,
  ENVELOPE_HEADERS,
  ENVELOPE_MSG,
  ENVELOPE_NAME,
  ENVELOPE_PUBLISHER,
  ENVELOPE_RPC,
  ENVELOPE_SENT_AT,
  ENVELOPE_SEQUENCE,
  ENVELOPE_STATUS,
  ENVELOPE_STREAM,
  ENVELOPE_TIMEOUT,
  type Envelope,
  type EnvelopeHeader,
  NO_BYTES,
  type Publication,
  type StreamStep,
} from "./format.js";
import { readHeader, readStatus, readStream, typeNameIn } from "./parse-extras.js";
import { WireCursor } from "./wire-cursor.js";

/**
 * Reads an envelope without decoding its message.
 *
 * @throws DecodeError `MALFORMED_ENVELOPE`
 */
export function readEnvelope(frame: Uint8Array): Envelope {
  return read(frame, 0, { msgName: "", typeName: "", value: NO_BYTES, extended: false });
}

/**
 * Reads the fields after the message of an envelope whose type is known.
 *
 * @throws DecodeError `MALFORMED_ENVELOPE`
 */
export function readRest(frame: Uint8Array, at: number, name: string, value: Uint8Array): Envelope {
  return read(frame, at, { msgName: name, typeName: name, value, extended: false });
}

function read(frame: Uint8Array, at: number, envelope: MutableEnvelope): Envelope {
  try {
    readFields(new WireCursor(frame, at), envelope);
    return envelope;
  } catch (error) {
    throw new DecodeError(
      "MALFORMED_ENVELOPE",
      `A frame of ${frame.length} bytes is no envelope of dividere: ${toError(error).message}`,
      { cause: error },
    );
  }
}

interface MutableEnvelope {
  msgName: string;
  typeName: string;
  value: Uint8Array;
  status?: ReturnType<typeof readStatus>;
  headers?: EnvelopeHeader[];
  timeoutMs?: number;
  rpc?: string;
  stream?: StreamStep;
  features?: number;
  sentAt?: number;
  publication?: Publication;
  extended: boolean;
}

function readFields(cursor: WireCursor, envelope: MutableEnvelope): void {
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
      case ENVELOPE_STATUS:
        envelope.status = readStatus(cursor, envelope.status);
        envelope.extended = true;
        break;
      case ENVELOPE_HEADERS:
        envelope.headers ??= [];
        envelope.headers.push(readHeader(cursor));
        envelope.extended = true;
        break;
      case ENVELOPE_TIMEOUT:
        envelope.timeoutMs = cursor.varint();
        envelope.extended = true;
        break;
      case ENVELOPE_RPC:
        envelope.rpc = cursor.string();
        envelope.extended = true;
        break;
      case ENVELOPE_STREAM:
        envelope.stream = readStream(cursor);
        envelope.extended = true;
        break;
      case ENVELOPE_FEATURES:
        envelope.features = cursor.varint();
        envelope.extended = true;
        break;
      case ENVELOPE_SENT_AT:
        envelope.sentAt = cursor.double();
        envelope.extended = true;
        break;
      case ENVELOPE_SEQUENCE:
        envelope.publication = {
          publisher: 0,
          ...envelope.publication,
          sequence: cursor.varint64(),
        };
        envelope.extended = true;
        break;
      case ENVELOPE_PUBLISHER:
        envelope.publication = {
          sequence: 0,
          ...envelope.publication,
          publisher: cursor.fixed32(),
        };
        envelope.extended = true;
        break;
      default:
        if (tag >>> 3 >= 3) envelope.extended = true;
        cursor.skip(tag);
    }
  }
}

function readAnyField(cursor: WireCursor, tag: number, into: MutableEnvelope): void {
  if (tag === ANY_TYPE_URL) into.typeName = typeNameIn(cursor.string());
  else if (tag === ANY_VALUE) into.value = cursor.bytes();
  else cursor.skip(tag);
}
