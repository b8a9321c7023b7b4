import type { ErrorDetail } from "../../base/errors.js";
import { EnvelopeEncoder } from "../envelope/encoder.js";
import type { MessageInit, MessageType } from "../envelope/message-type.js";

const encoder = new EnvelopeEncoder();

/**
 * Makes a typed detail for a `RequestError`, in the form that a `google.protobuf.Any` carries.
 *
 * @throws DividereError `UNENCODABLE_MESSAGE`
 */
export function errorDetail<T extends object>(
  type: MessageType<T>,
  message: MessageInit<T>,
): ErrorDetail {
  const value = encoder.encodeValue(message as object, type as MessageType<object> as MessageType);
  return { typeName: type.$type, value };
}
