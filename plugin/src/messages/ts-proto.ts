import type { DescFile } from "@bufbuild/protobuf";

/** Names that ts-proto does not shadow. */
const builtIn = new Set(["Date", "Function"]);

/** A message or enum as ts-proto names it: by its own name, after the names of the enclosing messages. */
export interface Named {
  readonly name: string;
  readonly parent: Named | undefined;
}

/** Returns the name under which ts-proto exports a message and its codec, or an enum. */
export function tsProtoName(type: Named): string {
  const name = prefix(type.parent) + tsProtoCamel(type.name);
  return builtIn.has(name) ? `${name}Message` : name;
}

/** The module that ts-proto writes for a proto file, as an import path from the output directory. */
export function tsProtoModule(file: DescFile): string {
  return `./${file.proto.name.replace(".proto", "")}.js`;
}

/** The converted names; most names of fields occur in many messages. */
const camelNames = new Map<string, string>();

/** Converts a name of the proto file as ts-proto does. */
export function tsProtoCamel(name: string): string {
  if (!name.includes("_")) {
    return name;
  }
  let camel = camelNames.get(name);
  if (camel === undefined) {
    camel = toCamel(name);
    camelNames.set(name, camel);
  }
  return camel;
}

function toCamel(name: string): string {
  const hasLowerCase = /[a-z]/.test(name);
  return name
    .split("_")
    .map((word) => (hasLowerCase ? word : word.toLowerCase()))
    .map((word, i) => (i === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join("");
}

function prefix(parent: Named | undefined): string {
  return parent === undefined ? "" : `${prefix(parent.parent)}${tsProtoCamel(parent.name)}_`;
}
