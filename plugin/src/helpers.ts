import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";
import { docBlock } from "./docs.js";
import type { Import, MessageCode } from "./message-code.js";

const runtime = "dividere/codegen";

// Comments, the only free text among what is generated, come without control characters.
const mark = "\u0001";

/** What generated code uses as a value from the runtime. */
const runtimeValues = [
  "Publisher",
  "RequestClient",
  "Service",
  "ServiceReactor",
  "ServiceSubscriber",
] as const;

/** What generated code uses as a type from the runtime. */
const runtimeTypes = [
  "CallOptions",
  "EventContext",
  "LookupOptions",
  "MessageType",
  "PublisherOptions",
  "ReactorLinks",
  "ReactorOptions",
  "RequestClientOptions",
  "RequestContext",
  "ServiceDefinition",
  "ServiceOptions",
  "ServiceSubscriberOptions",
] as const;

/** Names that generated code declares within a class; they are symbols too, so that an import of that name gets another one. */
const locals = ["ctx", "endpoint", "links", "msg", "options", "T"] as const;

/** What a template's helper may return: text, or a symbol that stands for itself until imports are resolved. */
type Helpers = Record<string, (...args: never[]) => string>;

/**
 * The helpers of one file's templates. A symbol becomes a mark in the text; `print` hands the text to protoplugin with
 * the symbols in place of their marks, and protoplugin then knows every import and every clash.
 */
export class TemplateHelpers {
  readonly #file: GeneratedFile;
  readonly #path: string;
  readonly #promise: string;
  readonly #symbols: Printable[] = [];
  readonly #imports = new Map<string, string>();

  /** @param shadowed - names of imports; a global of that name has to be spelt out. */
  constructor(file: GeneratedFile, path: string, shadowed: ReadonlySet<string>) {
    this.#file = file;
    this.#path = `./${path.replace(/\.ts$/, ".js")}`;
    this.#promise = shadowed.has("Promise") ? "globalThis.Promise" : "Promise";
  }

  all(): Helpers {
    const importOf = (symbol: Import, typeOnly: boolean) => this.#import(symbol, typeOnly);
    const own = (name: string) => importOf({ name, from: this.#path }, false);
    return {
      ...byName(runtimeValues, (name) => importOf({ name, from: runtime }, false)),
      ...byName(runtimeTypes, (name) => importOf({ name, from: runtime }, true)),
      ...byName(locals, own),
      // Handlebars has a lookup of its own.
      lookupService: () => importOf({ name: "lookup", from: runtime }, false),
      esMessageType: () => importOf({ name: "esMessageType", from: `${runtime}/es` }, false),
      doc: (lines: readonly string[], indentation: string) => docBlock(lines, indentation),
      export: (declaration: string, name: string) =>
        this.#mark(this.#file.export(declaration, name)),
      own,
      Promise: () => this.#promise,
      string: (text: string) => JSON.stringify(text),
      type: ({ type }: MessageCode) => importOf(type, true),
      types: (messages: readonly MessageCode[]) =>
        messages.map(({ type }) => importOf(type, true)).join(" | "),
      codec: ({ codec }: MessageCode) => importOf(codec, false),
      codecs: (messages: readonly MessageCode[]) =>
        messages.map(({ codec }) => importOf(codec, false)).join(", "),
      value: (symbol: Import) => importOf(symbol, false),
    };
  }

  print(text: string): void {
    // Text and numbers of marks alternate.
    const parts = text.split(mark);
    this.#file.print(
      ...parts.map((part, i) => (i % 2 === 0 ? part : (this.#symbols[Number(part)] ?? ""))),
    );
  }

  /** The mark of an import, which is one however often it is used. */
  #import({ name, from }: Import, typeOnly: boolean): string {
    const key = `${typeOnly} ${name} ${from}`;
    let made = this.#imports.get(key);
    if (made === undefined) {
      made = this.#mark(this.#file.import(name, from, typeOnly));
      this.#imports.set(key, made);
    }
    return made;
  }

  #mark(symbol: Printable): string {
    this.#symbols.push(symbol);
    return `${mark}${this.#symbols.length - 1}${mark}`;
  }
}

function byName(names: readonly string[], helper: (name: string) => string): Helpers {
  return Object.fromEntries(names.map((name) => [name, () => helper(name)]));
}
