import type { Schema } from "../../schema/schema.js";
import type { EventInfo } from "../protocol.js";
import type { Passing } from "./tap.js";

/** The longest JSON of an event that is shown, in characters. */
const LONGEST_JSON = 16_384;

/** The largest message that is decoded, in bytes. */
const LARGEST_MESSAGE = 262_144;

/** The longest name of a type that is shown. */
const LONGEST_NAME = 200;

/** Returns the name of an event's message type: the full name, or the short one from Python. */
export function typeOf({ envelope }: Passing): string {
  const name = envelope === undefined ? "" : envelope.typeName || envelope.msgName;
  return name.slice(0, LONGEST_NAME);
}

/** Decodes an event for the page, as far as the schemas and its size allow. */
export function eventInfo(event: Passing, number: number, schemas: readonly Schema[]): EventInfo {
  const { time, endpoint, bytes } = event;
  return { number, time, endpoint, bytes, type: typeOf(event), ...decode(event, schemas) };
}

function decode(event: Passing, schemas: readonly Schema[]): Pick<EventInfo, "json" | "problem"> {
  const { envelope } = event;
  if (envelope === undefined) return problem(event.problem);
  if (envelope.value.length > LARGEST_MESSAGE) {
    return problem(`The message is too large to show: ${envelope.value.length} bytes`);
  }
  const name = typeOf(event);
  for (const schema of schemas) {
    const type = schema.findMessage(name) ?? schema.onlyMessage(name);
    if (type === undefined) continue;
    try {
      const json = schema.toJson(type, envelope.value);
      const length = JSON.stringify(json).length;
      return length <= LONGEST_JSON
        ? { json, problem: "" }
        : problem(`The message is too large to show: ${length} characters of JSON`);
    } catch (error) {
      return problem(`The message does not decode: ${(error as Error).message}`);
    }
  }
  return problem(
    name === ""
      ? "The envelope names no message type"
      : "No service that the monitor knows has the schema of this type",
  );
}

function problem(text: string): Pick<EventInfo, "json" | "problem"> {
  return { json: undefined, problem: text };
}
