import { DecodeError, toError } from "../../base/errors.js";
import { type Envelope, type Prefix, prefixOf } from "./format.js";
import { hashOfName, matchPlain } from "./match-plain.js";
import type { MessageOf, MessageType } from "./message-type.js";
import { readEnvelope, readRest } from "./parse.js";
import { TypeSet } from "./type-set.js";

const FEW = 4;

/**
 * Takes messages out of envelopes (Python: `messaging.ProtoBuffDecoder`). The type URL of the `Any`
 * names the message type; without a type URL, `msgName` does, as a full or a short name. Unknown
 * fields are skipped, as protobuf demands.
 *
 * @example
 * ```ts
 * import { EnvelopeDecoder, EnvelopeEncoder } from "dividere/messaging";
 * import { Msg01, Msg02 } from "./gen/greeter.js";
 *
 * const frame = new EnvelopeEncoder().encode({ field1: "hello" }, Msg01);
 * const message = new EnvelopeDecoder([Msg01, Msg02]).decode(frame);
 * console.log(message.$type, message.field1); // Msg01 hello
 * ```
 */
export class EnvelopeDecoder<M extends MessageType<object> = MessageType> {
  readonly #types: TypeSet;
  readonly #prefixes: readonly Prefix[];
  readonly #byHash = new Map<number, readonly Prefix[]>();

  /** @param types - The types that may arrive; a message of any other type is refused. */
  constructor(types: readonly M[]) {
    this.#types = new TypeSet(types as readonly MessageType[]);
    this.#prefixes = this.#types.types.map(prefixOf);
    for (const prefix of this.#prefixes) {
      const hash = hashOfName(prefix.head);
      this.#byHash.set(hash, [...(this.#byHash.get(hash) ?? []), prefix]);
    }
  }

  /**
   * Decodes the message in a frame.
   *
   * @throws DecodeError `MALFORMED_ENVELOPE`, `UNKNOWN_MESSAGE_TYPE` or `MALFORMED_MESSAGE`.
   */
  decode(frame: Uint8Array): MessageOf<M> {
    const plain = this.decodePlain(frame);
    if (plain !== undefined) return plain;
    const envelope = this.read(frame);
    return this.open(envelope, this.typeOf(envelope));
  }

  /**
   * Decodes the message in an envelope that holds nothing else; returns `undefined` for any other
   * frame. Faster than {@link read} and {@link open}.
   *
   * @throws DecodeError `MALFORMED_MESSAGE`
   */
  decodePlain(frame: Uint8Array): MessageOf<M> | undefined {
    const candidates = this.#candidates(frame);
    if (candidates === undefined) return undefined;
    for (const prefix of candidates) {
      const match = matchPlain(frame, prefix);
      if (match === undefined) continue;
      if (match.end !== frame.length) return undefined;
      return this.#decode(match.value, this.#types.get(prefix.name) as MessageType as M);
    }
    return undefined;
  }

  /** For few types, comparing each is faster than a lookup. */
  #candidates(frame: Uint8Array): readonly Prefix[] | undefined {
    return this.#prefixes.length <= FEW ? this.#prefixes : this.#byHash.get(hashOfName(frame));
  }

  /**
   * Reads an envelope without decoding its message: the same as {@link readEnvelope}, but faster
   * for the types that the decoder knows.
   *
   * @throws DecodeError `MALFORMED_ENVELOPE`
   */
  read(frame: Uint8Array): Envelope {
    for (const prefix of this.#candidates(frame) ?? []) {
      const match = matchPlain(frame, prefix);
      if (match === undefined) continue;
      const { name } = prefix;
      const { value, end } = match;
      return end === frame.length
        ? { msgName: name, typeName: name, value, extended: false }
        : readRest(frame, end, name, value);
    }
    return readEnvelope(frame);
  }

  /** @throws DecodeError `UNKNOWN_MESSAGE_TYPE` */
  typeOf(envelope: Envelope): M {
    const { typeName, msgName } = envelope;
    const type = typeName === "" ? this.#types.find(msgName) : this.#types.get(typeName);
    if (type !== undefined) return type as M;
    const name = typeName || msgName;
    throw new DecodeError(
      "UNKNOWN_MESSAGE_TYPE",
      name === ""
        ? "The envelope names no message type"
        : `A message of type "${name}" arrived; this link was given ${this.#types.describe()}. Give it the type too, or send the message to the endpoint of a link that has it`,
      { typeName: name },
    );
  }

  /** @throws DecodeError `MALFORMED_MESSAGE` */
  open(envelope: Envelope, type: M): MessageOf<M> {
    return this.#decode(envelope.value, type);
  }

  #decode(value: Uint8Array, type: M): MessageOf<M> {
    try {
      return type.decode(value) as MessageOf<M>;
    } catch (error) {
      throw new DecodeError(
        "MALFORMED_MESSAGE",
        `The ${value.length} bytes in the envelope are no ${type.$type}: ${toError(error).message}`,
        { cause: error, typeName: type.$type },
      );
    }
  }
}
