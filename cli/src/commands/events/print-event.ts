import type { DescMessage } from "@bufbuild/protobuf";
import type { Context } from "../../app/command.js";
import type { Schema } from "../../schema/schema.js";
import type { ReceivedEvent } from "./events.js";

/** Prints an event as a line of JSON; of an unknown type, its name and size. */
export function printEvent(
  { out }: Pick<Context, "out">,
  schema: Schema | undefined,
  { type, envelope, lost }: Pick<ReceivedEvent, "type" | "envelope" | "lost">,
  at: Date = new Date(),
): void {
  const known = typeOf(schema, type);
  const content =
    known === undefined
      ? { bytes: envelope.value.length }
      : decoded(schema as Schema, known, envelope.value);
  out.value({
    at: at.toISOString(),
    type,
    ...(lost > 0 && { lost }),
    ...content,
  });
}

/** Finds the type of an event; a publisher in Python may have written its short name only. */
function typeOf(schema: Schema | undefined, name: string): DescMessage | undefined {
  if (schema === undefined) return undefined;
  return schema.findMessage(name) ?? schema.onlyMessage(name);
}

function decoded(schema: Schema, type: DescMessage, value: Uint8Array): object {
  try {
    return { event: schema.toJson(type, value) };
  } catch (error) {
    return { bytes: value.length, error: `no ${type.typeName}: ${(error as Error).message}` };
  }
}
