/**
 * What generated code imports beside `dividere/codegen` when its messages are those of protobuf-es
 * (`codec=es`). It stands apart because it loads all of protobuf-es, which takes longer than the
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
 * The message type that a protobuf-es schema stands for. Its messages are told apart by
 * `$typeName`, and are made with `create(schema, …)`.
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
    // The runtime has its messages in bytes of their own, so there is no reader to share.
    decode(input: Uint8Array) {
      return fromBinary(schema, input);
    },
  };
}
