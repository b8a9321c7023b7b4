import type { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import { DividereError } from "../../base/errors.js";

/**
 * A message: plain data that carries the name of its type. ts-proto's `create` and `decode` set
 * `$type`, and a literal may leave it out; the messages of protobuf-es have `$typeName` instead.
 */
export interface Message {
  /** The full proto name of its type. */
  readonly $type?: string;
  /** The full proto name of the type, in a message of protobuf-es. */
  readonly $typeName?: string;
}

/**
 * A message type: its full name and its codec. With the option `outputTypeAnnotations`, ts-proto
 * writes a message type beside each interface.
 */
export interface MessageType<T extends object = Message, Name extends string = string> {
  /** The full proto name, such as `geometry.v1.Point`. */
  readonly $type: Name;
  /** Appends the message's bytes to `writer`. */
  encode(message: T, writer?: BinaryWriter): BinaryWriter;
  /** Reads a message from all of `input`. */
  decode(input: BinaryReader | Uint8Array, length?: number): T;
  /**
   * Makes a message from the given fields, with default values in the others. A type without this
   * method accepts complete messages only.
   */
  create?(init?: object): T;
}

/**
 * A message whose fields may be left out, in nested messages too; such fields have their default
 * values. An unknown field is still a compile-time error.
 */
export type MessageInit<T> = T extends Atom
  ? T
  : T extends readonly (infer Item)[]
    ? readonly MessageInit<Item>[]
    : T extends ReadonlyMap<infer Key, infer Value>
      ? ReadonlyMap<Key, MessageInit<Value>>
      : T extends { readonly $case: string }
        ? { [K in keyof T]: K extends "$case" ? T[K] : MessageInit<T[K]> }
        : { [K in keyof T]?: MessageInit<T[K]> | undefined };

/** A value without fields that could be left out. */
type Atom = string | number | bigint | boolean | symbol | null | undefined | Date | Uint8Array;

/**
 * The message that a message type stands for: `MessageOf<typeof Msg01>` is `Msg01`; a union for a
 * union of types.
 */
export type MessageOf<M> = M extends MessageType<infer T> ? T : never;

/** Returns the last part of a full proto name, which is the name of the class in Python. */
export function shortName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf(".") + 1);
}

/**
 * Refuses a value that is not a message type. The compiler does so too, but not where TypeScript
 * runs without being compiled.
 *
 * @throws DividereError `GENERATED_CODE_INVALID`, with the change to make.
 */
export function checkMessageType(given: unknown): void {
  const type = (given ?? {}) as Partial<MessageType>;
  const named = typeof type.$type === "string";
  if (named && typeof type.encode === "function" && typeof type.decode === "function") return;
  throw new DividereError("GENERATED_CODE_INVALID", troubleWith(given, type));
}

function troubleWith(given: unknown, type: Partial<MessageType>): string {
  const again =
    "In buf.gen.yaml run protoc-gen-dividere-messages, which sets it, in place of ts-proto; then npx buf generate";
  if (given === undefined) {
    return "A message type is undefined: the generated classes and their messages are not from one run; run npx buf generate";
  }
  if (typeof type === "object" && "typeName" in type) {
    return `${type.typeName} was given as a schema of protobuf-es; give the message type that the generated file exports for it`;
  }
  return type.$type === undefined
    ? `A message type has no $type: its code was generated without the ts-proto option outputTypeAnnotations=optional. ${again}`
    : `The message type ${type.$type} has no encode and decode: its code was generated without the ts-proto option outputEncodeMethods=true. ${again}`;
}
