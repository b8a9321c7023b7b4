import { DividereError, RequestError } from "../../base/errors.js";
import { ack } from "../../wire/gen/MsgLib.js";
import { EnvelopeDecoder } from "./decoder.js";
import { EnvelopeEncoder } from "./encoder.js";
import { type Envelope, type EnvelopeHeader, type EnvelopeStatus, StreamKind } from "./format.js";
import type { MessageType } from "./message-type.js";

const encoder = new EnvelopeEncoder();
const acks = new EnvelopeDecoder([ack]);

/**
 * Makes the answer to a request, or to the opening of a stream, that cannot be answered with its
 * response: a status for a requester that has shown that it reads a status, and
 * `ack { ok: false }`, which every peer can decode, for a plain peer such as Python's `dividere`.
 */
export function refusal(
  request: Envelope | undefined,
  error: unknown,
  headers?: readonly EnvelopeHeader[],
): Uint8Array {
  if (request?.extended !== true) return encoder.encode({ ok: false }, ack);
  const status = statusOf(error);
  // The client's end of a stream waits for its END.
  if (request.stream === undefined) return encoder.encodeExtras({ status, headers });
  return encoder.encodeExtras({ status, headers, stream: { kind: StreamKind.END } });
}

/**
 * Makes the status for an error: all parts of a {@link RequestError}, the code alone of another
 * error of this package, and nothing of any other error.
 */
export function statusOf(error: unknown): EnvelopeStatus {
  if (error instanceof RequestError) {
    const { status: code, message, details } = error;
    return { code, message, details };
  }
  if (error instanceof DividereError) return { code: error.code, message: error.message };
  return {
    code: "HANDLER_FAILED",
    message: "The handler failed; the log of the process that serves says why",
  };
}

/** Makes the error for a status. */
export function errorOf({ code, message, details = [] }: EnvelopeStatus): RequestError {
  return new RequestError(code, message, { details });
}

/**
 * Decodes the response in a reply.
 *
 * @throws RequestError when the reply says that there is no response.
 * @throws DecodeError when the reply does not decode.
 */
export function readReply(
  frame: Uint8Array,
  decoder: EnvelopeDecoder<MessageType<object>>,
): object {
  return openReply(decoder.read(frame), decoder);
}

/** Decodes the response in the envelope of a reply; throws as {@link readReply}. */
export function openReply(
  envelope: Envelope,
  decoder: EnvelopeDecoder<MessageType<object>>,
): object {
  if (envelope.status !== undefined) throw errorOf(envelope.status);
  let type: MessageType<object>;
  try {
    type = decoder.typeOf(envelope);
  } catch (error) {
    if ((envelope.typeName || envelope.msgName) === ack.$type && !acks.open(envelope, ack).ok) {
      throw new RequestError(
        "REFUSED",
        "The other side answered ack { ok: false }: it could not serve the request",
      );
    }
    throw error;
  }
  return decoder.open(envelope, type);
}
