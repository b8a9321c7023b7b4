import { nearest } from "../nearest.js";
import { SchemaError } from "./mistakes.js";

/** The kinds of classes, in their order in a file. */
export const classNames = ["publisher", "subscriber", "request", "reactor", "service"] as const;

export type ClassName = (typeof classNames)[number];

/** The parameters that a user sets in `opt:` of buf.gen.yaml, or in protoc's `--dividere_opt`. */
export interface Parameters {
  /** The ending of relative imports; `.js` by default, as `nodenext` requires. */
  readonly importExtension: "js" | "ts" | "none";
  /** The text between the proto file's name and `.ts`. */
  readonly suffix: string;
  /** The classes to write; all by default. */
  readonly classes: ReadonlySet<ClassName>;
  /** The library whose messages the classes use: ts-proto or protobuf-es. */
  readonly codec: "ts-proto" | "es";
  /** The location of the messages: a folder relative to this plugin's output folder, or the name of a package. */
  readonly messagesPath: string;
  /** Whether to write the descriptors of all files as well. */
  readonly descriptors: boolean;
  /** Whether generated code has the schema of its services, which a running service tells. */
  readonly reflection: boolean;
}

const defaults: Parameters = {
  importExtension: "js",
  suffix: "_dividere",
  classes: new Set(classNames),
  codec: "ts-proto",
  messagesPath: ".",
  descriptors: false,
  reflection: true,
};

const readers: Record<string, (value: string) => Partial<Parameters>> = {
  import_extension: (value) => ({
    importExtension: oneOf("import_extension", value.replace(/^\./, ""), ["js", "ts", "none"]),
  }),
  suffix: (value) => ({ suffix: fileSuffix(value) }),
  classes: (value) => ({
    classes: new Set(value.split("+").map((name) => oneOf("classes", name, classNames, "+"))),
  }),
  codec: (value) => ({ codec: oneOf("codec", value, ["ts-proto", "es"]) }),
  descriptors: (value) => ({
    descriptors: oneOf("descriptors", value, ["true", "false"]) === "true",
  }),
  reflection: (value) => ({
    reflection: oneOf("reflection", value, ["true", "false"]) === "true",
  }),
  messages_path: (value) => ({ messagesPath: folderOrPackage(value) }),
};

/** Reads `name=value,name=value`. */
export function parseParameters(text: string): Parameters {
  let parameters = defaults;
  for (const part of text.split(",").map((part) => part.trim())) {
    if (part === "") {
      continue;
    }
    const [name = "", ...value] = part.split("=");
    const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (read === undefined) {
      throw new SchemaError(unknownParameter(name));
    }
    parameters = { ...parameters, ...read(value.join("=")) };
  }
  return parameters;
}

function unknownParameter(name: string): string {
  const names = Object.keys(readers);
  const meant = nearest(name, names);
  return `unknown parameter "${name}"; ${meant === undefined ? "" : `did you mean "${meant}"? `}The parameters are ${names.join(", ")}`;
}

function oneOf<const T extends string>(
  parameter: string,
  value: string,
  allowed: readonly T[],
  separator = "",
): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) {
    throw new SchemaError(
      `parameter "${parameter}" cannot ${separator === "" ? "be" : "hold"} "${value}"; set it to ${separator === "" ? "one" : "some"} of ${allowed.join(separator || ", ")}`,
    );
  }
  return found;
}

function fileSuffix(value: string): string {
  if (!/^[\w.-]+$/.test(value)) {
    throw new SchemaError(
      `parameter "suffix" cannot be "${value}"; use letters, digits, "_", "." and "-", and at least one of them`,
    );
  }
  return value;
}

/** A relative path keeps its `./` or `../`; without it the value is the name of a package. */
function folderOrPackage(value: string): string {
  const path = value.replace(/\/+$/, "");
  if (path === "" || path.startsWith("/") || path.includes("\\")) {
    throw new SchemaError(
      `parameter "messages_path" cannot be "${value}"; set it to a folder such as "../messages", as seen from the one that this plugin writes to, or to a package`,
    );
  }
  return path;
}
