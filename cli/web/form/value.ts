import type { SchemaShape } from "../../src/monitor/protocol.js";

/** What every editor gets. */
export interface EditorProps {
  readonly schema: SchemaShape;
  /** The value as JSON; `undefined` is left out. */
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

/** Edits the single value of a field. */
export type Edit = (
  label: string,
  value: unknown,
  onChange: (value: unknown) => void,
) => preact.JSX.Element;

/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Returns a value as an object; an empty one for anything else. */
export function asObject(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : {};
}

/** Returns an object with a field set, or left out for `undefined`. */
export function withField(object: JsonObject, name: string, value: unknown): JsonObject {
  const rest = Object.entries(object).filter(([key]) => key !== name);
  return Object.fromEntries(value === undefined ? rest : [...rest, [name, value]]);
}
