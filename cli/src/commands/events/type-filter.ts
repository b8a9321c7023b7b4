import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { type Schema, shortName } from "../../schema/schema.js";

// The tags of the first fields of an envelope: a subscription is a prefix of an envelope.
const ENVELOPE_NAME = 0x0a;
const ENVELOPE_MSG = 0x12;

/** Chooses events by the names of their types. */
export class TypeFilter {
  /** The prefixes of the messages to subscribe to. */
  readonly topics: readonly (string | Uint8Array)[];
  readonly #names: ReadonlySet<string> | undefined;

  /**
   * @param types - Full names, or short ones; all types for an empty list.
   * @param schema - Refuses unknown names, and makes full names of short ones.
   */
  constructor(types: readonly string[], schema: Schema | undefined) {
    if (types.length === 0) {
      this.topics = [""];
      return;
    }
    const full = types.map((type) => schema?.message(type).typeName ?? type);
    this.#names = new Set(full);
    // A publisher in Python writes the short name.
    const written = new Set(full.flatMap((type) => [type, shortName(type)]));
    this.topics = [...written].map(topicOf);
  }

  /** Whether an event of a type is wanted; a short name stands for a full one. */
  accepts(type: string): boolean {
    const names = this.#names;
    return names === undefined || names.has(type) || names.has(shortName(type));
  }
}

/** Returns a topic that tells the publisher that this side reads several messages in one frame. */
function topicOf(name: string): Uint8Array {
  return new BinaryWriter().uint32(ENVELOPE_NAME).string(name).uint32(ENVELOPE_MSG).finish();
}
