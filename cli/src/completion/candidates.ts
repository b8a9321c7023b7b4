import type { Argument, Command } from "commander";
import { DEFAULT_REGISTRY } from "../app/options.js";
import type { Candidate } from "./candidate.js";
import { type Known, knownMessages, knownRpcs, knownServices } from "./live.js";
import { FILES } from "./scripts.js";
import type { Typed } from "./words.js";

/** The arguments and the values of options that are files or folders. */
const FILE_NAMES = ["file", "folder", "path", "key"];

/** Returns the words that may stand at the cursor; {@link FILES} stands for the names of files. */
export async function candidatesFor(typed: Typed): Promise<readonly Candidate[]> {
  const all = await allCandidates(typed);
  if (all.some(({ word }) => word === FILES)) return all;
  return all.filter(({ word }) => word.startsWith(typed.current));
}

async function allCandidates(typed: Typed): Promise<readonly Candidate[]> {
  const { command, operands, pending, current } = typed;
  if (pending !== undefined) {
    if (pending.argChoices !== undefined) return pending.argChoices.map((word) => plain(word));
    return await valuesOf(nameIn(pending.flags), typed);
  }
  if (current.startsWith("-")) return optionsOf(command);
  const isHelped = operands.length === 1 && operands[0] === "help";
  if (command.commands.length > 0 && (operands.length === 0 || isHelped))
    return commandsOf(command);
  const argument = argumentAt(command, operands.length);
  if (argument === undefined) return [];
  if (argument.argChoices !== undefined) return argument.argChoices.map((word) => plain(word));
  return await valuesOf(argument.name(), typed);
}

async function valuesOf(name: string, typed: Typed): Promise<readonly Candidate[]> {
  if (FILE_NAMES.includes(name)) return [plain(FILES)];
  const known = knownOf(typed);
  // The command doctor takes the name of a service in place of an endpoint.
  const isService =
    name === "service" || (name === "endpoint" && typed.command.name() === "doctor");
  if (isService) return await knownServices(known);
  if (name === "name" && typed.command.name() === "ls") return await knownServices(known);
  if (name === "rpc") return await knownRpcs(typed.operands[0] ?? "", known);
  if (name === "type" || name === "name") return await knownMessages(known);
  return [];
}

function knownOf({ options }: Typed): Known {
  const { registry, key, serverKey, proto, protoPath, descriptors, reflect } = options;
  const env = process.env;
  const ownKey = key?.at(-1) ?? env["DIVIDERE_KEY"];
  const serverKeys = serverKey ?? (env["DIVIDERE_SERVER_KEY"] && [env["DIVIDERE_SERVER_KEY"]]);
  return {
    registry: registry?.at(-1) ?? env["DIVIDERE_REGISTRY"] ?? DEFAULT_REGISTRY,
    ...(ownKey !== undefined && { key: ownKey }),
    ...(serverKeys && { serverKey: serverKeys }),
    ...(proto !== undefined && { proto }),
    ...(protoPath !== undefined && { protoPath }),
    ...(descriptors !== undefined && { descriptors }),
    ...(reflect !== undefined && { reflect: reflect.at(-1) ?? "" }),
  };
}

function commandsOf(command: Command): readonly Candidate[] {
  const all = command.commands.map((each) => ({ word: each.name(), meaning: each.summary() }));
  return [...all, { word: "help", meaning: "show the help of a command" }];
}

function optionsOf(command: Command): readonly Candidate[] {
  const all = command.options.flatMap(({ long, description }) =>
    long == null ? [] : [{ word: long, meaning: description }],
  );
  return [...all, { word: "--help", meaning: "show this help" }];
}

function argumentAt(command: Command, index: number): Argument | undefined {
  const all = command.registeredArguments;
  const last = all.at(-1);
  return all[index] ?? (last?.variadic ? last : undefined);
}

/** Returns the name of the value in an option's flags: `file` of `--proto <file>`. */
function nameIn(flags: string): string {
  return /[<[]([\w-]+)/.exec(flags)?.[1] ?? "";
}

function plain(word: string): Candidate {
  return { word, meaning: "" };
}
