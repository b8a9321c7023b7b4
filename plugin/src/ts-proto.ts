import type { DescFile, DescMessage } from "@bufbuild/protobuf";

/** Names that ts-proto does not shadow. */
const builtIn = new Set(["Date", "Function"]);

/** The name under which ts-proto exports a message and its codec. */
export function tsProtoName(message: DescMessage): string {
  const name = prefix(message.parent) + camel(message.name);
  return builtIn.has(name) ? `${name}Message` : name;
}

/** The module that ts-proto writes for a proto file, as an import path from the output directory. */
export function tsProtoModule(file: DescFile): string {
  return `./${file.proto.name.replace(".proto", "")}.js`;
}

function prefix(parent: DescMessage | undefined): string {
  return parent === undefined ? "" : `${prefix(parent.parent)}${camel(parent.name)}_`;
}

function camel(name: string): string {
  if (!name.includes("_")) {
    return name;
  }
  const hasLowerCase = /[a-z]/.test(name);
  return name
    .split("_")
    .map((word) => (hasLowerCase ? word : word.toLowerCase()))
    .map((word, i) => (i === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join("");
}
