/**
 * The entry point for generated code with the messages of protobuf-es (`codec=es`), beside
 * `dividere/codegen`. It is separate because it loads all of protobuf-es, which takes longer than the
 * runtime itself.
 *
 * @module
 */
import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { MessageType } from "../messaging/envelope/message-type.js";

/**
 * Makes the message type of a protobuf-es schema. Its messages are discriminated by `$typeName`;
 * `create(schema, …)` makes them.
 */
export function esMessageType<Desc extends DescMessage>(
  schema: Desc,
): MessageType<MessageShape<Desc>, Desc["typeName"]> {
  return {
    $type: schema.typeName,
    encode(message, writer = new BinaryWriter()) {
      return writer.raw(toBinary(schema, message));
    },
    create(init?: object) {
      return create(schema, init as MessageInitShape<Desc>);
    },
    // The runtime passes each message as separate bytes, so there is no reader to share.
    decode(input: Uint8Array) {
      return fromBinary(schema, input);
    },
  };
}
