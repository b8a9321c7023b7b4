import { nearest } from "../../nearest.js";
import { knownOptions } from "./known.js";
import { tsProtoOptions } from "./ts-proto-options.js";

/** The name and the value of an option `name=value`. */
export interface Option {
  readonly name: string;
  /** Undefined without a `=`. */
  readonly value: string | undefined;
}

/** Splits `name=value`. */
export function optionOf(text: string): Option {
  const at = text.indexOf("=");
  return at < 0
    ? { name: text, value: undefined }
    : { name: text.slice(0, at), value: text.slice(at + 1) };
}

/** Whether an option maps a proto file to a module, as in `Mgoogle/type/date.proto=./dates`. */
export function isMapping({ name }: Option): boolean {
  return name.startsWith("M");
}

/** Values with which ts-proto's code does not fit the generated classes and the runtime, with the reason. */
const unfit: Readonly<Record<string, { fits: (value: string) => boolean; why: string }>> = {
  fileSuffix: { fits: isEmpty, why: "the generated classes import a file named after its proto" },
  messagePrefix: { fits: isEmpty, why: "the generated classes import messages by their own names" },
  messageSuffix: { fits: isEmpty, why: "the generated classes import messages by their own names" },
  onlyTypes: { fits: isFalse, why: "the runtime calls encode and decode" },
  outputEncodeMethods: { fits: isTrue, why: "the runtime calls encode and decode" },
  outputPartialMethods: { fits: isTrue, why: "the runtime calls create for a partial message" },
  outputTypeAnnotations: {
    fits: (value) => value !== "false",
    why: "the runtime knows a message type by its $type",
  },
  typePrefix: { fits: isEmpty, why: "the generated classes import messages by their own names" },
  typeSuffix: { fits: isEmpty, why: "the generated classes import messages by their own names" },
  useSnakeTypeName: {
    fits: isTrue,
    why: "the generated classes import messages by their own names",
  },
};

/**
 * Returns the mistake in one of ts-proto's options, and the correction.
 *
 * @param installed - The options of the installed ts-proto; a later version than the known one may have more.
 */
export function mistakeIn(
  option: Option,
  installed: ReadonlySet<string> = new Set(),
): string | undefined {
  const { name, value } = option;
  if (isMapping(option)) return undefined;
  const values = knownOptions.get(name);
  if (!knownOptions.has(name)) return installed.has(name) ? undefined : unknownOption(name);
  if (value === undefined) {
    return `ts-proto option "${name}" has no value, and ts-proto ignores it; write "${name}=${values?.[0] ?? "…"}"`;
  }
  if (values !== undefined && !values.includes(value)) return unknownValue(name, value, values);
  const { fits, why } = unfit[name] ?? {};
  return fits?.(value) === false
    ? `ts-proto option "${name}" cannot be "${value}" here: ${why}; ${inPlaceOf(name)}`
    : undefined;
}

/** Reports a missing option that the runtime needs. */
export function lackOf(options: readonly Option[]): string | undefined {
  const needed = "outputTypeAnnotations";
  if (options.some(({ name }) => name === needed)) return undefined;
  return `ts-proto needs the option "${ours(needed)}": ${unfit[needed]?.why}`;
}

function unknownOption(name: string): string {
  const meant = nearest(name, [...knownOptions.keys()]);
  return `unknown ts-proto option "${name}", which ts-proto ignores; ${meant === undefined ? "take it out" : `did you mean "${meant}"?`}`;
}

function unknownValue(name: string, value: string, values: readonly string[]): string {
  const meant = nearest(value, values);
  return `ts-proto option "${name}" cannot be "${value}"; ${meant === undefined ? "" : `did you mean "${meant}"? `}The values are ${values.filter((known) => known !== "").join(", ")}`;
}

function inPlaceOf(name: string): string {
  const option = ours(name);
  return option === undefined ? "take it out" : `write "${option}"`;
}

/** Returns the option of that name in the scaffold's list of ts-proto's options. */
function ours(name: string): string | undefined {
  return tsProtoOptions.find((option) => optionOf(option).name === name);
}

function isEmpty(value: string): boolean {
  return value === "";
}

function isTrue(value: string): boolean {
  return value === "true";
}

function isFalse(value: string): boolean {
  return value === "false";
}
