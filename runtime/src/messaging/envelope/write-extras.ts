import type { BinaryWriter } from "@bufbuild/protobuf/wire";
import {
  ANY_TYPE_URL,
  ANY_VALUE,
  CREDIT_BYTES,
  CREDIT_MESSAGES,
  type Credit,
  ENVELOPE_FEATURES,
  ENVELOPE_HEADERS,
  ENVELOPE_PUBLISHER,
  ENVELOPE_RPC,
  ENVELOPE_SENT_AT,
  ENVELOPE_SEQUENCE,
  ENVELOPE_STATUS,
  ENVELOPE_STREAM,
  ENVELOPE_TIMEOUT,
  type EnvelopeExtras,
  type EnvelopeHeader,
  type EnvelopeStatus,
  HEADER_BYTES,
  HEADER_KEY,
  HEADER_TEXT,
  HEADER_TRAILER,
  type PackedMessage,
  STATUS_CODE,
  STATUS_DETAILS,
  STATUS_MESSAGE,
  STREAM_CREDIT,
  STREAM_KEEP_ALIVE,
  STREAM_KIND,
  STREAM_SEQUENCE,
  type StreamStep,
  TYPE_URL_PREFIX,
} from "./format.js";

/** Appends the fields of an envelope from 3 up, in the order of their numbers. */
export function writeExtras(writer: BinaryWriter, extras: EnvelopeExtras): void {
  const { status, headers, timeoutMs, rpc, stream, features, sentAt, publication } = extras;
  if (status !== undefined) writeStatus(writer, status);
  if (headers !== undefined) for (const header of headers) writeHeader(writer, header);
  if (timeoutMs !== undefined) writer.uint32(ENVELOPE_TIMEOUT).uint32(timeoutMs);
  if (rpc !== undefined) writer.uint32(ENVELOPE_RPC).string(rpc);
  if (stream !== undefined) writeStream(writer, stream);
  if (features !== undefined) writer.uint32(ENVELOPE_FEATURES).uint32(features);
  if (publication !== undefined) writer.uint32(ENVELOPE_SEQUENCE).uint64(publication.sequence);
  if (sentAt !== undefined) writer.uint32(ENVELOPE_SENT_AT).double(sentAt);
  if (publication !== undefined) writer.uint32(ENVELOPE_PUBLISHER).fixed32(publication.publisher);
}

function writeStatus(writer: BinaryWriter, status: EnvelopeStatus): void {
  writer.uint32(ENVELOPE_STATUS).fork();
  if (status.code !== "") writer.uint32(STATUS_CODE).string(status.code);
  if (status.message !== "") writer.uint32(STATUS_MESSAGE).string(status.message);
  for (const detail of status.details ?? []) writePacked(writer.uint32(STATUS_DETAILS), detail);
  writer.join();
}

function writePacked(writer: BinaryWriter, { typeName, value }: PackedMessage): void {
  writer
    .fork()
    .uint32(ANY_TYPE_URL)
    .string(TYPE_URL_PREFIX + typeName);
  if (value.length > 0) writer.uint32(ANY_VALUE).bytes(value);
  writer.join();
}

function writeHeader(writer: BinaryWriter, { key, value, trailer }: EnvelopeHeader): void {
  writer.uint32(ENVELOPE_HEADERS).fork().uint32(HEADER_KEY).string(key);
  if (typeof value === "string") writer.uint32(HEADER_TEXT).string(value);
  else writer.uint32(HEADER_BYTES).bytes(value);
  if (trailer) writer.uint32(HEADER_TRAILER).bool(true);
  writer.join();
}

function writeStream(writer: BinaryWriter, step: StreamStep): void {
  writer.uint32(ENVELOPE_STREAM).fork().uint32(STREAM_KIND).uint32(step.kind);
  if (step.sequence !== undefined) writer.uint32(STREAM_SEQUENCE).uint32(step.sequence);
  if (step.credit !== undefined) writeCredit(writer.uint32(STREAM_CREDIT), step.credit);
  if (step.keepAliveMs !== undefined) writer.uint32(STREAM_KEEP_ALIVE).uint32(step.keepAliveMs);
  writer.join();
}

function writeCredit(writer: BinaryWriter, { messages, bytes }: Credit): void {
  writer.fork();
  if (messages > 0) writer.uint32(CREDIT_MESSAGES).uint32(messages);
  if (bytes > 0) writer.uint32(CREDIT_BYTES).uint32(bytes);
  writer.join();
}
