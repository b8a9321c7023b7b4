import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";
import type { Import, MessageCode } from "../messages/message-code.js";
import { docBlock } from "./docs.js";

const runtime = "dividere/codegen";

// Comments, the only free text in generated code, contain no control characters.
const mark = "\u0001";

/** The names that generated code imports from the runtime as values. */
const runtimeValues = [
  "Publisher",
  "RequestClient",
  "Service",
  "ServiceReactor",
  "ServiceSubscriber",
] as const;

/** The names that generated code imports from the runtime as types. */
const runtimeTypes = [
  "CallOptions",
  "EventContext",
  "LookupOptions",
  "MessageInit",
  "MessageType",
  "PublisherOptions",
  "ReactorLinks",
  "ReactorOptions",
  "RequestClientOptions",
  "RequestContext",
  "ResponseStream",
  "ServiceDefinition",
  "ServiceOptions",
  "ServiceSubscriberOptions",
  "StreamInput",
] as const;

const messageInit = { name: "MessageInit", from: runtime };
const messageInitShape = { name: "MessageInitShape", from: "@bufbuild/protobuf" };

/**
 * The names that generated code declares within a class. If an import has such a name, the name becomes a symbol too,
 * and the import gets another name.
 */
const locals = ["ctx", "endpoint", "links", "msg", "msgs", "options", "T"] as const;

/** The types of the language that generated code uses. */
const globals = ["AsyncIterable", "Promise"] as const;

/**
 * The helpers of a template. A helper returns text, in which a mark stands for a symbol until imports are resolved. A
 * helper without arguments is that text itself, because a call costs Handlebars several objects.
 */
type Helpers = Record<string, string | ((...args: never[]) => string)>;

/**
 * The helpers of one file's templates. A symbol becomes a mark in the text; `print` passes the text to protoplugin with
 * the symbols in place of their marks, so that protoplugin knows every import and every clash.
 */
export class TemplateHelpers {
  readonly #file: GeneratedFile;
  readonly #path: string;
  readonly #shadowed: ReadonlySet<string>;
  readonly #symbols: Printable[] = [];
  readonly #imports = new Map<string, string>();
  /**
   * The marks by the import objects themselves: most imports are used many times, and making a key costs more than the
   * rest.
   */
  readonly #types = new WeakMap<Import, string>();
  readonly #values = new WeakMap<Import, string>();

  /** @param shadowed - The names of imports; a global with such a name must be spelt out. */
  constructor(file: GeneratedFile, path: string, shadowed: ReadonlySet<string>) {
    this.#file = file;
    this.#path = `./${path.replace(/\.ts$/, ".js")}`;
    this.#shadowed = shadowed;
  }

  /** All helpers, as the types of Handlebars have them: they know no texts. */
  all(): Record<string, (...args: never[]) => string> {
    const importOf = (symbol: Import, typeOnly: boolean) => this.#import(symbol, typeOnly);
    const own = (name: string) => importOf({ name, from: this.#path }, false);
    const helpers: Helpers = {
      ...this.#byName(runtimeValues, runtime, false),
      ...this.#byName(runtimeTypes, runtime, true),
      ...Object.fromEntries(locals.map((name) => [name, name])),
      ...this.#byName(
        locals.filter((name) => this.#shadowed.has(name)),
        this.#path,
        false,
      ),
      // Handlebars has its own `lookup` helper.
      lookupService: importOf({ name: "lookup", from: runtime }, false),
      esMessageType: importOf({ name: "esMessageType", from: `${runtime}/es` }, false),
      doc: (lines: readonly string[], indentation: string) => docBlock(lines, indentation),
      export: (declaration: string, name: string) =>
        this.#mark(this.#file.export(declaration, name)),
      own,
      ...Object.fromEntries(globals.map((name) => [name, this.#global(name)])),
      string: (text: string) => JSON.stringify(text),
      init: (code: MessageCode) => this.#init(code),
      type: ({ type }: MessageCode) => importOf(type, true),
      types: (messages: readonly MessageCode[]) =>
        messages.map(({ type }) => importOf(type, true)).join(" | "),
      codec: ({ codec }: MessageCode) => importOf(codec, false),
      codecs: (messages: readonly MessageCode[]) =>
        messages.map(({ codec }) => importOf(codec, false)).join(", "),
      value: (symbol: Import) => importOf(symbol, false),
    };
    return helpers as Record<string, (...args: never[]) => string>;
  }

  #byName(names: readonly string[], from: string, typeOnly: boolean): Helpers {
    return Object.fromEntries(names.map((name) => [name, this.#import({ name, from }, typeOnly)]));
  }

  /** Returns the type of a message whose fields may be left out. */
  #init({ type, schema }: MessageCode): string {
    return schema === undefined
      ? `${this.#import(messageInit, true)}<${this.#import(type, true)}>`
      : `${this.#import(messageInitShape, true)}<typeof ${this.#import(schema, false)}>`;
  }

  #global(name: string): string {
    return this.#shadowed.has(name) ? `globalThis.${name}` : name;
  }

  print(text: string): void {
    // Text and the numbers of marks alternate.
    const parts = text.split(mark);
    this.#file.print(
      ...parts.map((part, i) => (i % 2 === 0 ? part : (this.#symbols[Number(part)] ?? ""))),
    );
  }

  /** Returns the mark of an import; every use of the import has the same mark. */
  #import(symbol: Import, typeOnly: boolean): string {
    const known = typeOnly ? this.#types : this.#values;
    let made = known.get(symbol);
    if (made === undefined) {
      const { name, from } = symbol;
      const key = `${typeOnly} ${name} ${from}`;
      made = this.#imports.get(key);
      if (made === undefined) {
        made = this.#mark(this.#file.import(name, from, typeOnly));
        this.#imports.set(key, made);
      }
      known.set(symbol, made);
    }
    return made;
  }

  #mark(symbol: Printable): string {
    this.#symbols.push(symbol);
    return `${mark}${this.#symbols.length - 1}${mark}`;
  }
}
