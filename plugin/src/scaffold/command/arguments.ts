import { parseArgs } from "node:util";
import { nearest } from "../../nearest.js";
import { ScaffoldError } from "./failure.js";

/** The command that `dividere-scaffold` was called with. */
export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | ({ readonly kind: "init" } & InitOptions)
  | ({ readonly kind: "scaffold" } & ScaffoldOptions);

export interface InitOptions {
  /** Answers every question with yes. */
  readonly yes: boolean;
  /** The generator of the project's messages. */
  readonly codec: Codec;
}

export interface ScaffoldOptions {
  /** Generated files, or folders of such files; empty for all files of the package. */
  readonly paths: readonly string[];
  /** The folder for new files. */
  readonly out: string | undefined;
  /** The class to write or to extend. */
  readonly className: string | undefined;
  /** The full or short proto names of the services to extend; empty for all services. */
  readonly services: readonly string[];
  /** The generated class that a new class extends. */
  readonly base: Base;
  readonly check: boolean;
  readonly dryRun: boolean;
}

/** The kinds of generated classes: a reactor takes endpoints; a service finds a port and registers. */
export type Base = "reactor" | "service";

/** The generators of messages: ts-proto and protobuf-es. */
export type Codec = "ts-proto" | "es";

const options = {
  base: { type: "string" },
  check: { type: "boolean" },
  class: { type: "string" },
  codec: { type: "string" },
  "dry-run": { type: "boolean" },
  help: { type: "boolean", short: "h" },
  out: { type: "string", short: "o" },
  service: { type: "string", multiple: true },
  version: { type: "boolean", short: "v" },
  yes: { type: "boolean", short: "y" },
} as const;
type Name = keyof typeof options;

const ofInit: readonly Name[] = ["codec", "yes", "help", "version"];
const ofScaffold: readonly Name[] = (Object.keys(options) as Name[]).filter(
  (name) => name !== "yes" && name !== "codec",
);

/** The output of `--help`, for a terminal of 80 columns. */
export const help = `Usage: dividere-scaffold [options] [generated files or folders]
       dividere-scaffold init [--yes] [--codec <codec>]

Writes a class for every generated reactor that has none, and adds the handlers
that are missing to those that are there. What you wrote stays as it is.

Without files or folders it takes every reactor of the package it runs in.

  -o, --out <folder>     where new files go; default: the package, or its src
      --class <name>     the class to write or to extend; default: My<Service>
      --service <name>   only this service; may be given several times
      --base <base>      what a new class extends: reactor (default) or service
      --check            write nothing, and exit with 1 if anything is missing
      --dry-run          write nothing, and show the changes as a diff
  -h, --help             show this
  -v, --version          show the version

init sets up a project, in an empty folder too: package.json, tsconfig.json,
buf.yaml, buf.gen.yaml, and a first service with its server and client where
there is none. It asks before each change, and overwrites no file.

  -y, --yes              answer every question with yes
      --codec <codec>    whose messages to use: ts-proto (default) or es, which
                         stands for protobuf-es

Exit status: 0 done, 1 something is missing (--check) or was not answered (init
without a terminal), 2 wrong usage or a project that cannot be read.
`;

/** @throws ScaffoldError for an option that is unknown, lacks its value, or does not belong to the command. */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const init = positionals[0] === "init";
  for (const token of tokens) {
    if (token.kind === "option") checkOption(token, init ? ofInit : ofScaffold, init);
  }
  if (values["help"] === true) return { kind: "help" };
  if (values["version"] === true) return { kind: "version" };
  if (init) {
    if (positionals.length > 1) {
      throw new ScaffoldError(
        `init takes no "${positionals[1]}"; it sets up the folder that it runs in.`,
      );
    }
    return { kind: "init", yes: values["yes"] === true, codec: codec(text(values["codec"])) };
  }
  return {
    kind: "scaffold",
    paths: positionals,
    out: text(values["out"]),
    className: identifier(text(values["class"])),
    services: (Array.isArray(values["service"]) ? values["service"] : []).map(String),
    base: base(text(values["base"])),
    check: values["check"] === true,
    dryRun: values["dry-run"] === true,
  };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
}

function checkOption(token: OptionToken, allowed: readonly Name[], init: boolean): void {
  const name = Object.keys(options).find((known): known is Name => known === token.name);
  if (name === undefined) throw unknown(token.rawName, allowed);
  if (!allowed.includes(name)) {
    throw new ScaffoldError(
      init
        ? `init takes no ${token.rawName}; its options are --yes and --codec.`
        : `${token.rawName} belongs to init: dividere-scaffold init ${token.rawName}`,
    );
  }
  if (options[name].type === "string" && (token.value ?? "") === "") {
    throw new ScaffoldError(
      `${token.rawName} needs a value: ${token.rawName} <${placeholder(name)}>`,
    );
  }
  if (options[name].type === "boolean" && token.value !== undefined) {
    throw new ScaffoldError(`${token.rawName} takes no value.`);
  }
}

function placeholder(name: Name): string {
  const placeholders: Readonly<Partial<Record<Name, string>>> = {
    base: "reactor|service",
    codec: "ts-proto|es",
    out: "folder",
  };
  return placeholders[name] ?? "name";
}

function unknown(rawName: string, allowed: readonly Name[]): ScaffoldError {
  const meant = nearest(rawName.replace(/^-+/, ""), allowed);
  return new ScaffoldError(
    `Unknown option ${rawName}${meant === undefined ? "" : `; did you mean --${meant}?`}\nThe options are ${allowed.map((name) => `--${name}`).join(", ")}.`,
  );
}

function identifier(name: string | undefined): string | undefined {
  if (name !== undefined && !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) {
    throw new ScaffoldError(`--class "${name}" is no name for a class.`);
  }
  return name;
}

function base(value: string | undefined): Base {
  if (value === undefined) return "reactor";
  if (value === "reactor" || value === "service") return value;
  throw new ScaffoldError(`--base cannot be "${value}"; it is reactor or service.`);
}

function codec(value: string | undefined): Codec {
  if (value === undefined) return "ts-proto";
  if (value === "ts-proto" || value === "es") return value;
  throw new ScaffoldError(`--codec cannot be "${value}"; it is ts-proto or es.`);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
