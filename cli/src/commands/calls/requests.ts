import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { DescMethod, JsonValue, Message } from "@bufbuild/protobuf";
import type { Context } from "../../app/command.js";
import { parseJson, readMessage, toMessage } from "../../schema/json.js";
import type { Schema } from "../../schema/schema.js";

/** Reads the single request of an rpc: the argument, or all of standard input for "-". */
export async function requestOf(
  { signal }: Pick<Context, "signal">,
  schema: Schema,
  { input }: DescMethod,
  json: string | undefined,
): Promise<Message> {
  if (json !== "-") return readMessage(schema, input, json ?? "{}");
  return readMessage(schema, input, await allInput(signal), "standard input");
}

/**
 * Reads the stream of requests of an rpc: a message or an array of messages as the argument, or the
 * lines of standard input.
 */
export function requestsOf(
  context: Pick<Context, "signal" | "out">,
  schema: Schema,
  { input }: DescMethod,
  json: string | undefined,
): AsyncIterable<Message> {
  if (json !== undefined && json !== "-") {
    const parsed = parseJson(json, input);
    const all: readonly JsonValue[] = Array.isArray(parsed) ? parsed : [parsed];
    return each(all.map((item, at) => toMessage(schema, input, item, `message ${at + 1}`)));
  }
  return linesOf(context, (line, where) => readMessage(schema, input, line, where));
}

/** Reads the lines of standard input that are not empty, until it ends or the command is interrupted. */
export async function* linesOf<T>(
  { signal, out }: Pick<Context, "signal" | "out">,
  read: (line: string, where: string) => T,
): AsyncGenerator<T> {
  if (process.stdin.isTTY) out.note("Reading one JSON object a line; Ctrl-D ends the input.");
  const lines = createInterface({ input: process.stdin, signal });
  let number = 0;
  try {
    for await (const line of lines) {
      number++;
      if (line.trim() !== "") yield read(line, `line ${number} of standard input`);
    }
  } finally {
    lines.close();
    // An input that stays open would keep the process running.
    process.stdin.destroy();
  }
}

async function allInput(signal: AbortSignal): Promise<string> {
  const end = () => process.stdin.destroy();
  signal.addEventListener("abort", end, { once: true });
  try {
    const all = await text(process.stdin);
    signal.throwIfAborted();
    return all;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", end);
  }
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
