import {
  createFileRegistry,
  type DescMessage,
  type DescMethod,
  type DescService,
  type FileRegistry,
  fromBinary,
  type JsonValue,
  type Message,
  toJson,
} from "@bufbuild/protobuf";
import { type FileDescriptorSet, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { ExitCode } from "../app/exit-codes.js";
import { CommandFailure } from "../app/failure.js";
import { didYouMean } from "../app/nearest.js";
import { pathOf } from "./rpc.js";

/** The services and messages of some .proto files. */
export class Schema {
  /** The registry of all descriptors, which the JSON of `google.protobuf.Any` needs. */
  readonly registry: FileRegistry;
  /** The files, as `buf build` writes them. */
  readonly files: FileDescriptorSet;
  /** Where the schema is from, such as "the file a.proto". */
  readonly origin: string;
  readonly #services: readonly DescService[] = [];
  readonly #messages = new Map<string, DescMessage[]>();

  constructor(files: FileDescriptorSet, origin: string) {
    this.files = files;
    this.registry = createFileRegistry(files);
    this.origin = origin;
    const services: DescService[] = [];
    for (const type of this.registry) {
      if (type.kind === "service") services.push(type);
      if (type.kind !== "message") continue;
      for (const name of new Set([type.typeName, shortName(type.typeName)])) {
        this.#messages.set(name, [...(this.#messages.get(name) ?? []), type]);
      }
    }
    this.#services = services;
  }

  /** Reads a serialised FileDescriptorSet, or an image of buf, which is one with more fields. */
  static read(bytes: Uint8Array, origin: string): Schema {
    try {
      return new Schema(fromBinary(FileDescriptorSetSchema, bytes), origin);
    } catch (cause) {
      throw new CommandFailure(
        "SCHEMA_INVALID",
        ExitCode.usage,
        `${origin} is no set of file descriptors: ${String((cause as Error).message)}`,
        {
          cause,
          hint: "buf build -o schema.binpb and protoc --include_imports -o write such files.",
        },
      );
    }
  }

  /** The services, without those of this package. */
  get services(): readonly DescService[] {
    return this.#services.filter(({ typeName }) => !typeName.startsWith("dividere.v1."));
  }

  /** Returns a message by its full name, or its short name where only one message has it. */
  message(name: string): DescMessage {
    const [found, other] = this.#messages.get(name) ?? [];
    if (found === undefined) throw this.#unknown("message type", name, this.#messageNames);
    if (other === undefined || found.typeName === name) return found;
    const all = (this.#messages.get(name) ?? []).map(({ typeName }) => typeName).join(" and ");
    throw new CommandFailure(
      "AMBIGUOUS",
      ExitCode.usage,
      `The message type "${name}" could be ${all}`,
      { hint: "Write the full name." },
    );
  }

  /** Returns the message of a full name; `undefined` if it is not in the schema. */
  findMessage(fullName: string): DescMessage | undefined {
    return this.registry.getMessage(fullName);
  }

  /** Returns a message's bytes as JSON, with every field that has a default value. */
  toJson(type: DescMessage, bytes: Uint8Array): JsonValue {
    return this.write(type, fromBinary(type, bytes));
  }

  /** Returns a message as JSON, with every field that has a default value. */
  write(type: DescMessage, message: Message): JsonValue {
    return toJson(type, message, { registry: this.registry, alwaysEmitImplicit: true });
  }

  /** Returns the only message of a short name; `undefined` if none or several have it. */
  onlyMessage(name: string): DescMessage | undefined {
    const found = this.#messages.get(name) ?? [];
    return found.length === 1 ? found[0] : undefined;
  }

  /**
   * Returns an rpc by its name, or by its service's name and its own: `Reverse`, `Greeter/Reverse`,
   * `greeter.v1.Greeter/Reverse`.
   */
  rpc(name: string): DescMethod {
    const all = this.services.flatMap(({ methods }) => methods);
    const found = all.filter((method) => namesOf(method).includes(name));
    const [first, second] = found;
    if (first === undefined) {
      const candidates = all.flatMap(namesOf);
      throw this.#unknown("rpc", name, name.includes("/") ? candidates : all.map((it) => it.name));
    }
    if (second === undefined || pathOf(first) === name) return first;
    throw new CommandFailure(
      "AMBIGUOUS",
      ExitCode.usage,
      `The rpc "${name}" could be ${found.map(pathOf).join(" or ")}`,
      { hint: "Write it with the name of its service." },
    );
  }

  get #messageNames(): readonly string[] {
    return [...this.#messages.keys()].filter((name) => !name.startsWith("google.protobuf."));
  }

  #unknown(what: string, name: string, candidates: readonly string[]): CommandFailure {
    const near = didYouMean(name, candidates);
    const listed = [...new Set(candidates)].sort();
    const some = listed.slice(0, 12).join(", ") + (listed.length > 12 ? ", …" : "");
    return new CommandFailure(
      "NOT_FOUND",
      ExitCode.notFound,
      `No ${what} "${name}" is in ${this.origin}`,
      { hint: near || (some === "" ? `It has no ${what}.` : `It has ${some}.`) },
    );
  }
}

/** Returns the last part of a full name. */
export function shortName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf(".") + 1);
}

function namesOf(method: DescMethod): readonly string[] {
  const { name, parent } = method;
  const services = [parent.typeName, parent.name];
  return [name, ...services.flatMap((service) => [`${service}/${name}`, `${service}.${name}`])];
}
