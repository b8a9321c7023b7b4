import { DividereError } from "../../base/errors.js";
import { checkMessageType, type Message, type MessageType, shortName } from "./message-type.js";

/** The message types that a link was given, found by name. */
export class TypeSet {
  /** The types in the order in which they were given. */
  readonly types: readonly MessageType[];
  readonly #byFullName = new Map<string, MessageType>();
  /** Holds `undefined` for a short name that two types share. */
  readonly #byShortName = new Map<string, MessageType | undefined>();

  constructor(types: readonly MessageType[]) {
    for (const type of types) {
      checkMessageType(type);
      if (this.#byFullName.has(type.$type)) continue;
      this.#byFullName.set(type.$type, type);
      const short = shortName(type.$type);
      this.#byShortName.set(short, this.#byShortName.has(short) ? undefined : type);
    }
    this.types = [...this.#byFullName.values()];
  }

  /** Returns the type with that full name. */
  get(fullName: string): MessageType | undefined {
    return this.#byFullName.get(fullName);
  }

  /** Returns the type with that full name, or the only type with that short name. */
  find(name: string): MessageType | undefined {
    return this.#byFullName.get(name) ?? this.#byShortName.get(name);
  }

  /**
   * Returns the type of a message to send: the type that the message names, or the only type in the
   * set.
   */
  of(message: Message): MessageType {
    const name = message.$type ?? message.$typeName;
    if (name === undefined) {
      const [only, second] = this.types;
      if (only !== undefined && second === undefined) return only;
      throw new DividereError(
        "UNKNOWN_MESSAGE_TYPE",
        `A message without $type could be any of ${this.describe()}; make it with create(), or give the type to send() as well`,
      );
    }
    const type = this.get(name);
    if (type === undefined) {
      throw new DividereError(
        "UNKNOWN_MESSAGE_TYPE",
        `The message type "${name}" is none of this link's: ${this.describe()}`,
      );
    }
    return type;
  }

  /** Lists the names, for messages to people. */
  describe(): string {
    return this.types.length === 0 ? "(no types)" : this.types.map((type) => type.$type).join(", ");
  }
}
