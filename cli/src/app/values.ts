import { InvalidArgumentError } from "commander";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** The longest time of a timer of Node.js. */
export const LONGEST_MS: number = 2 ** 31 - 1;

/** Reads a time, such as `500ms`, `5s` or `2m`, in milliseconds; a number alone is in seconds. */
export function duration(text: string): number {
  const [, number = "", unit = "s"] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/.exec(text) ?? [];
  if (number === "") throw new InvalidArgumentError('Write a time such as "500ms", "5s" or "2m".');
  const ms = Number(number) * (UNITS[unit] ?? 1);
  if (ms > LONGEST_MS) throw new InvalidArgumentError("Write a time of 596 hours at most.");
  return ms;
}

/** Reads an integer of 1 or more. */
export function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError("Write a whole number from 1.");
  return Number(text);
}

/** Reads an integer of 0 or more. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("Write a whole number from 0.");
  return Number(text);
}

/** Reads a port number. */
export function port(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 65_535)) throw new InvalidArgumentError("Write a port from 0 to 65535.");
  return value;
}

/** Reads a factor greater than 0; `max` is without a limit. */
export function speed(text: string): number {
  if (text === "max") return Number.POSITIVE_INFINITY;
  const value = Number(text);
  if (!(value > 0))
    throw new InvalidArgumentError('Write a factor such as "2" or "0.5", or "max".');
  return value;
}

/** Adds a value to those of an option that may be repeated. */
export function collect(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/** Adds a header, `key=value`; under a key that ends in `-bin` the value is base64. */
export function header(
  text: string,
  before: readonly (readonly [string, string | Uint8Array])[] | undefined,
): readonly (readonly [string, string | Uint8Array])[] {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError('Write it as "key=value".');
  const key = text.slice(0, at);
  const value = text.slice(at + 1);
  const read = key.toLowerCase().endsWith("-bin") ? Buffer.from(value, "base64") : value;
  return [...(before ?? []), [key, read]];
}
