import { SchemaError } from "../../schema/mistakes.js";
import { mistakeIn, optionOf } from "../options/check.js";
import { tsProtoOptions } from "../options/ts-proto-options.js";

/** The annotations need no code, and neither do the descriptors that they import. */
const annotations = "Mdividere/v1/options.proto=none";

/**
 * Returns the parameter for ts-proto: the options with which its output fits, and the user's options, which take precedence.
 * ts-proto would read a repeated option as a list, so the user's option replaces the default.
 *
 * @param installed - The options of the installed ts-proto.
 * @throws SchemaError with each option that ts-proto would ignore, or with which its code does not fit.
 */
export function completeParameter(parameter: string, installed: ReadonlySet<string>): string {
  const given = parameter
    .split(",")
    .map((option) => option.trim())
    .filter((option) => option !== "");
  const options = given.map(optionOf);
  const mistakes = options.flatMap((option) => mistakeIn(option, installed) ?? []);
  if (mistakes.length > 0) throw new SchemaError(mistakes.join("\n"));
  const names = new Set(options.map(({ name }) => name));
  const ours = [...tsProtoOptions, annotations].filter(
    (option) => !names.has(optionOf(option).name),
  );
  return [...ours, ...given].join();
}
