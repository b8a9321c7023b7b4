import { SchemaError } from "./mistakes.js";
import { nearest } from "./nearest.js";

/** What a user may set in `opt:` of buf.gen.yaml, or in protoc's `--dividere_opt`. */
export interface Parameters {
  /** Ending of relative imports; `.js` by default, as `nodenext` asks. */
  readonly importExtension: "js" | "ts" | "none";
  /** What stands between the proto file's name and `.ts`. */
  readonly suffix: string;
}

const defaults: Parameters = { importExtension: "js", suffix: "_dividere" };

const readers: Record<string, (value: string) => Partial<Parameters>> = {
  import_extension: (value) => ({
    importExtension: oneOf("import_extension", value, ["js", "ts", "none"]),
  }),
  suffix: (value) => ({ suffix: fileSuffix(value) }),
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

function oneOf<const T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const bare = value.replace(/^\./, "");
  const found = allowed.find((candidate) => candidate === bare);
  if (found === undefined) {
    throw new SchemaError(
      `parameter "${name}" cannot be "${value}"; set it to one of ${allowed.join(", ")}`,
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
