import { type DescMessage, fromJson, type JsonValue, type Message } from "@bufbuild/protobuf";
import { ExitCode } from "../app/exit-codes.js";
import { CommandFailure } from "../app/failure.js";
import { didYouMean } from "../app/nearest.js";
import type { Schema } from "./schema.js";
import { exampleOf } from "./shape.js";

/**
 * Reads a message from JSON text.
 *
 * @param where - The place of the text, such as "line 3 of standard input".
 * @throws CommandFailure with the field and the expected shape.
 */
export function readMessage(
  schema: Schema,
  type: DescMessage,
  text: string,
  where?: string,
): Message {
  return toMessage(schema, type, parseJson(text, type, where), where);
}

/** Makes a message of parsed JSON; throws as {@link readMessage}. */
export function toMessage(
  schema: Schema,
  type: DescMessage,
  json: JsonValue,
  where?: string,
): Message {
  try {
    return fromJson(type, json, { registry: schema.registry });
  } catch (cause) {
    const message = (cause as Error).message;
    const [, key] = /key "(.*)" is unknown$/.exec(message) ?? [];
    const near = key === undefined ? "" : didYouMean(key, fieldNames(type));
    throw invalid(type, `${at(where)}${sentence(message)}`, near, cause);
  }
}

/** Parses JSON text; throws as {@link readMessage}. */
export function parseJson(text: string, type: DescMessage, where?: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    const quoted = /^\{\s*\w+\s*:/.test(text)
      ? "Names of fields are in quotation marks; did the shell remove them? Put the JSON in '…'."
      : "";
    const why = (cause as Error).message;
    throw invalid(type, `${at(where)}This is not JSON: ${why}`, quoted, cause);
  }
}

function fieldNames(type: DescMessage): readonly string[] {
  return type.fields.flatMap(({ name, jsonName }) => [jsonName, name]);
}

function invalid(type: DescMessage, message: string, hint: string, cause: unknown): CommandFailure {
  const shape = `${type.typeName} has the form ${JSON.stringify(exampleOf(type))}`;
  return new CommandFailure("JSON_INVALID", ExitCode.usage, message, {
    cause,
    hint: hint === "" ? shape : `${hint}\n${shape}`,
  });
}

function at(where: string | undefined): string {
  return where === undefined ? "" : `${where}: `;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
