import { DecodeError, toError } from "../../base/errors.js";
import {
  ANY_TYPE_URL,
  ANY_VALUE,
  ENVELOPE_MSG,
  ENVELOPE_NAME,
  ENVELOPE_STATUS,
  ENVELOPE_TIMEOUT,
  type Envelope,
  NO_BYTES,
  STATUS_CODE,
  STATUS_MESSAGE,
} from "./format.js";
import { WireCursor } from "./wire-cursor.js";

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

interface MutableEnvelope {
  msgName: string;
  typeName: string;
  value: Uint8Array;
  status?: { code: string; message: string };
  timeoutMs?: number;
  extended: boolean;
}

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
