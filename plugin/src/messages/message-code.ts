import type { DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import type { GeneratedFile } from "@bufbuild/protoplugin";
import type { Mistakes } from "../schema/mistakes.js";
import { lowerFirst } from "../schema/names.js";
import type { Parameters } from "../schema/parameters.js";
import { filesAround, reachableMessages } from "../schema/reachable.js";
import { checkEsNames } from "./es-names.js";
import { tsProtoModule, tsProtoName } from "./ts-proto.js";
import { checkNames } from "./ts-proto-names.js";
import { checkWire } from "./ts-proto-wire.js";

/** An export of a module. */
export interface Import {
  readonly name: string;
  /** An import path from the output directory. */
  readonly from: string;
}

/** The names of a message in generated code. */
export interface MessageCode {
  /** The type of the message. */
  readonly type: Import;
  /** The value that encodes and decodes it. */
  readonly codec: Import;
  /** The schema that protobuf-es has for it; undefined with ts-proto. */
  readonly schema: Import | undefined;
}

/** A codec that the generated file makes from a protobuf-es schema. */
export interface Adapter extends MessageCode {
  readonly schema: Import;
}

/** The code for the messages of one generated file. */
export interface Messages {
  of(message: DescMessage): MessageCode;
  /**
   * Returns the descriptor of a file that its messages' code exports, once all messages are asked for; undefined if it
   * exports none, or none of its messages is used.
   */
  descriptorOf(file: DescFile): Import | undefined;
  /** The declarations that must precede a use of the codecs. */
  readonly adapters: readonly Adapter[];
}

/** Returns the code of the messages for the codec that the parameters name. */
export function messagesFor(file: GeneratedFile, path: string, parameters: Parameters): Messages {
  return parameters.codec === "es"
    ? new EsMessages(file, path, parameters)
    : new TsProtoMessages(parameters);
}

/** Reports why the message code of these services would not follow their schema. */
export function checkMessages(
  services: readonly DescService[],
  parameters: Parameters,
  mistakes: Mistakes,
): void {
  const messages = reachableMessages(services);
  const files = filesAround(messages);
  if (parameters.codec === "es") {
    checkEsNames(files, mistakes);
  } else {
    checkWire(messages, mistakes);
    checkNames(files, mistakes);
  }
}

/** ts-proto exports a message's type and its codec under one name. */
class TsProtoMessages implements Messages {
  readonly adapters = [];
  readonly #parameters: Parameters;
  readonly #codes = new Map<DescMessage, MessageCode>();

  constructor(parameters: Parameters) {
    this.#parameters = parameters;
  }

  of(message: DescMessage): MessageCode {
    let code = this.#codes.get(message);
    if (code === undefined) {
      const symbol = {
        name: tsProtoName(message),
        from: located(tsProtoModule(message.file), this.#parameters),
      };
      code = { type: symbol, codec: symbol, schema: undefined };
      this.#codes.set(message, code);
    }
    return code;
  }

  descriptorOf(): undefined {
    return undefined;
  }
}

/** protobuf-es exports a type and a schema; the generated file turns the schema into a codec. */
class EsMessages implements Messages {
  readonly adapters: Adapter[] = [];
  readonly #file: GeneratedFile;
  readonly #path: string;
  readonly #parameters: Parameters;
  readonly #codes = new Map<DescMessage, MessageCode>();

  constructor(file: GeneratedFile, path: string, parameters: Parameters) {
    this.#file = file;
    this.#path = path;
    this.#parameters = parameters;
  }

  of(message: DescMessage): MessageCode {
    const known = this.#codes.get(message);
    if (known !== undefined) return known;
    const type = this.#import(this.#file.importShape(message));
    const from = `./${this.#path.replace(/\.ts$/, ".js")}`;
    const name = this.#unusedName(`${lowerFirst(type.name)}Type`);
    const schema = this.#import(this.#file.importSchema(message));
    const code = { type, codec: { name, from }, schema };
    this.adapters.push(code);
    this.#codes.set(message, code);
    return code;
  }

  // The code for a file whose messages are not used need not exist or compile.
  descriptorOf(file: DescFile): Import | undefined {
    if (![...this.#codes.keys()].some((message) => message.file === file)) return undefined;
    return this.#import(this.#file.importSchema(file));
  }

  #import({ name, from }: Import): Import {
    return { name, from: located(from, this.#parameters) };
  }

  /** Returns an unused name: messages of several packages may share a name. */
  #unusedName(name: string): string {
    const taken = new Set(this.adapters.map(({ codec }) => codec.name));
    let unused = name;
    for (let i = 1; taken.has(unused); i++) unused = `${name}$${i}`;
    return unused;
  }
}

/** Returns the specifier of a module whose messages are not beside this plugin's files. */
function located(from: string, { messagesPath }: Parameters): string {
  return from.startsWith("./") && messagesPath !== "."
    ? `${messagesPath}/${from.slice("./".length)}`
    : from;
}
