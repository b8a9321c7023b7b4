import { type Command, Option } from "commander";
import { collect, duration } from "./values.js";

/** The options of a command that asks a registry. */
export interface RegistryOption {
  readonly registry: string;
}

/** The options of a command that connects over CURVE. */
export interface ClientKeyOptions {
  readonly key?: string;
  readonly serverKey?: readonly string[];
}

/** The options of a command that binds over CURVE. */
export interface ServerKeyOptions {
  readonly key?: string;
  readonly allow?: string;
}

/** The options that say where the schema comes from. */
export interface SchemaOptions {
  readonly proto?: readonly string[];
  readonly protoPath?: readonly string[];
  readonly descriptors?: readonly string[];
}

/** The option that limits a wait. */
export interface TimeoutOption {
  readonly timeout?: number;
}

export const DEFAULT_REGISTRY = "tcp://localhost:5000";

/** Adds the option for the registry. */
export function withRegistry(command: Command): Command {
  return command.addOption(
    new Option("--registry <endpoint>", "the registry of the services; several with commas")
      .default(DEFAULT_REGISTRY)
      .env("DIVIDERE_REGISTRY"),
  );
}

/** Adds the options for CURVE: of a command that connects, that binds, or that does either. */
export function withKeys(command: Command, side: "client" | "server" | "both"): Command {
  command.addOption(
    new Option("--key <file>", "this command's own CURVE keys (see keys new)").env("DIVIDERE_KEY"),
  );
  if (side !== "server") {
    command.addOption(
      new Option(
        "--server-key <key>",
        "the server's public key or its file; may be repeated as <endpoint>=<key>",
      )
        .argParser(collect)
        .env("DIVIDERE_SERVER_KEY"),
    );
  }
  if (side !== "client") {
    command.addOption(
      new Option("--allow <folder>", "the folder with the keys of accepted clients").env(
        "DIVIDERE_ALLOW",
      ),
    );
  }
  return command;
}

/** Adds the options for the schema. */
export function withSchema(command: Command): Command {
  return command
    .addOption(
      new Option("--proto <file>", "take the schema from a .proto file; may be repeated").argParser(
        collect,
      ),
    )
    .addOption(
      new Option("--proto-path <folder>", "where imports begin; may be repeated").argParser(
        collect,
      ),
    )
    .addOption(
      new Option(
        "--descriptors <file>",
        "take the schema from a file of descriptors (buf build -o); may be repeated",
      ).argParser(collect),
    );
}

/** Adds the option for the longest wait. */
export function withTimeout(command: Command, what: string, byDefault?: number): Command {
  const option = new Option("--timeout <time>", what).argParser(duration);
  if (byDefault !== undefined) option.default(byDefault, `${byDefault / 1_000}s`);
  return command.addOption(option);
}
