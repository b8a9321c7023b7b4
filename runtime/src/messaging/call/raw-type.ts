import { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { MessageType } from "../envelope/message-type.js";

/**
 * Makes a message type whose messages are their own encoded bytes, for a program that knows the type
 * only at run time, such as a tool with a schema. The bytes of a received message are a view of the
 * frame that it came in.
 *
 * @param typeName - The full proto name, such as `greeter.v1.Msg01`.
 *
 * @example
 * ```ts
 * import { Publisher, rawType } from "dividere/messaging";
 *
 * await using publisher = new Publisher("tcp://127.0.0.1:*", [rawType("greeter.v1.Msg02")]);
 * await publisher.send(new Uint8Array([0x0a, 2, 0x68, 0x69])); // { field1: "hi" }
 * ```
 */
export function rawType<Name extends string>(typeName: Name): MessageType<Uint8Array, Name> {
  return {
    $type: typeName,
    encode(message, writer = new BinaryWriter()) {
      if (message instanceof Uint8Array) return writer.raw(message);
      throw new TypeError("a message of a raw type is a Uint8Array with its encoded bytes");
    },
    // The runtime passes each message as separate bytes.
    decode(input: Uint8Array) {
      return input;
    },
  };
}
