import {
  ANY_TYPE_URL,
  ANY_VALUE,
  CREDIT_BYTES,
  CREDIT_MESSAGES,
  type EnvelopeHeader,
  HEADER_BYTES,
  HEADER_KEY,
  HEADER_TEXT,
  HEADER_TRAILER,
  NO_BYTES,
  type PackedMessage,
  STATUS_CODE,
  STATUS_DETAILS,
  STATUS_MESSAGE,
  STREAM_CREDIT,
  STREAM_KEEP_ALIVE,
  STREAM_KIND,
  STREAM_SEQUENCE,
  type StreamStep,
} from "./format.js";
import type { WireCursor } from "./wire-cursor.js";

interface MutableStatus {
  code: string;
  message: string;
  details?: PackedMessage[];
}

/**
 * Reads a status; `before` is the status of an earlier field, which protobuf merges with this
 * field.
 */
export function readStatus(cursor: WireCursor, before: MutableStatus | undefined): MutableStatus {
  const status = before ?? { code: "", message: "" };
  cursor.message((tag) => {
    if (tag === STATUS_CODE) status.code = cursor.string();
    else if (tag === STATUS_MESSAGE) status.message = cursor.string();
    else if (tag === STATUS_DETAILS) {
      status.details ??= [];
      status.details.push(readPacked(cursor));
    } else cursor.skip(tag);
  });
  return status;
}

function readPacked(cursor: WireCursor): PackedMessage {
  let typeName = "";
  let value = NO_BYTES;
  cursor.message((tag) => {
    if (tag === ANY_TYPE_URL) typeName = typeNameIn(cursor.string());
    else if (tag === ANY_VALUE) value = cursor.bytes();
    else cursor.skip(tag);
  });
  return { typeName, value };
}

/** Returns the full name of the message type in a type URL. */
export function typeNameIn(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}

/** Reads one header. */
export function readHeader(cursor: WireCursor): EnvelopeHeader {
  let key = "";
  let value: string | Uint8Array = "";
  let trailer = false;
  cursor.message((tag) => {
    if (tag === HEADER_KEY) key = cursor.string();
    else if (tag === HEADER_TEXT) value = cursor.string();
    else if (tag === HEADER_BYTES) value = cursor.bytes();
    else if (tag === HEADER_TRAILER) trailer = cursor.varint() !== 0;
    else cursor.skip(tag);
  });
  return { key, value, trailer };
}

/** Reads a step of a streaming call. */
export function readStream(cursor: WireCursor): StreamStep {
  const step = {
    kind: 0,
    sequence: 0,
    credit: undefined as { messages: number; bytes: number } | undefined,
    keepAliveMs: 0,
  };
  cursor.message((tag) => {
    if (tag === STREAM_KIND) step.kind = cursor.varint();
    else if (tag === STREAM_SEQUENCE) step.sequence = cursor.varint();
    else if (tag === STREAM_KEEP_ALIVE) step.keepAliveMs = cursor.varint();
    else if (tag === STREAM_CREDIT) {
      const credit = { messages: 0, bytes: 0 };
      cursor.message((inner) => {
        if (inner === CREDIT_MESSAGES) credit.messages = cursor.varint();
        else if (inner === CREDIT_BYTES) credit.bytes = cursor.varint();
        else cursor.skip(inner);
      });
      step.credit = credit;
    } else cursor.skip(tag);
  });
  return step;
}
