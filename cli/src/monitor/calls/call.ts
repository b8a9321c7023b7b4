import { type DescMethod, fromJson, type JsonValue, type Message } from "@bufbuild/protobuf";
import {
  type CallHeaders,
  type CallOptions,
  DividereError,
  RequestError,
} from "dividere/messaging";
import { CommandFailure } from "../../app/failure.js";
import type { ClientKeyOptions } from "../../app/options.js";
import type { DynamicClient } from "../../connect/client.js";
import { openClient } from "../../connect/introspection.js";
import { isPublished } from "../../schema/rpc.js";
import type { Schema } from "../../schema/schema.js";
import type { CallLine, CallRequest } from "../protocol.js";

/** The most responses of a stream that are sent to the page. */
const MOST_RESPONSES = 500;

/** What a reply carries besides its messages. */
interface Notes {
  readonly headers: CallLine[];
  readonly trailers: CallLine[];
}

/** The service that a call goes to. */
export interface CallTarget {
  readonly endpoint: string;
  readonly schema: Schema;
  readonly keys: ClientKeyOptions;
}

/**
 * Carries out a call, and yields its headers, responses, trailers and end. Failures are yielded, not
 * thrown.
 */
export async function* carryOut(
  target: CallTarget,
  request: CallRequest,
  signal: AbortSignal,
): AsyncGenerator<CallLine, void, void> {
  const startedAt = performance.now();
  const elapsed = (): number => Math.round((performance.now() - startedAt) * 1_000) / 1_000;
  const notes: Notes = { headers: [], trailers: [] };
  try {
    for await (const message of responses(target, request, signal, notes)) {
      yield* notes.headers.splice(0);
      yield message;
    }
    yield* [...notes.headers, ...notes.trailers];
    yield { type: "end", ms: elapsed() };
  } catch (error) {
    yield* [...notes.headers, ...notes.trailers];
    yield { ...explain(error, target.schema), ms: elapsed() };
  }
}

async function* responses(
  { endpoint, schema, keys }: CallTarget,
  request: CallRequest,
  signal: AbortSignal,
  notes: Notes,
): AsyncGenerator<CallLine, void, void> {
  const method = schema.rpc(request.path);
  if (isPublished(method)) {
    throw new CommandFailure("NOT_CALLABLE", 2, `${method.name} is an event, which is not called`);
  }
  const messages = request.messages.map((json, at) => readJson(schema, method, json, at));
  await using client = await openClient(endpoint, keys, false);
  const options: CallOptions = {
    signal,
    ...(request.timeoutMs > 0 && { timeoutMs: request.timeoutMs }),
    headers: Object.entries(request.headers),
    onHeaders: (headers) => notes.headers.push(...lineOf("headers", headers)),
    onTrailers: (trailers) => notes.trailers.push(...lineOf("trailers", trailers)),
  };
  let count = 0;
  for await (const message of answers(client, method, messages, options)) {
    count++;
    if (count > MOST_RESPONSES) {
      throw new CommandFailure(
        "TOO_MANY",
        1,
        `The stream goes on after ${MOST_RESPONSES} responses, and the monitor has ended the call`,
        { hint: "dividere call prints them all." },
      );
    }
    yield { type: "message", json: schema.write(method.output, message as Message) };
  }
}

async function* answers(
  client: DynamicClient,
  method: DescMethod,
  messages: readonly Message[],
  options: CallOptions,
): AsyncGenerator<object, void, void> {
  const [first = {}] = messages;
  switch (method.methodKind) {
    case "unary":
      yield await client.unary(method, first, options);
      break;
    case "client_streaming":
      yield await client.clientStream(method, each(messages), options);
      break;
    case "server_streaming":
      yield* client.stream(method, first, options);
      break;
    case "bidi_streaming":
      yield* client.stream(method, each(messages), options);
      break;
  }
}

async function* each(messages: readonly Message[]): AsyncGenerator<Message, void, void> {
  yield* messages;
}

function readJson(schema: Schema, { input }: DescMethod, json: unknown, at: number): Message {
  try {
    return fromJson(input, json as JsonValue, { registry: schema.registry });
  } catch (cause) {
    const message = `Request ${at + 1} is no ${input.typeName}: ${(cause as Error).message}`;
    throw new CommandFailure("JSON_INVALID", 2, message, { cause });
  }
}

/** Returns the line that shows headers; none without headers. */
function lineOf(type: "headers" | "trailers", headers: CallHeaders): readonly CallLine[] {
  const all = [...headers].map(([key, value]) => [
    key,
    typeof value === "string" ? value : Buffer.from(value).toString("base64"),
  ]);
  return all.length === 0 ? [] : [{ type, headers: Object.fromEntries(all) }];
}

function explain(error: unknown, schema: Schema): Omit<CallLine & { type: "error" }, "ms"> {
  const base = { type: "error" as const, message: (error as Error).message, details: [] };
  if (error instanceof CommandFailure) return { ...base, code: error.code, hint: error.hint ?? "" };
  if (error instanceof RequestError) {
    const details = error.details.map(({ typeName, value }) => {
      const type = schema.findMessage(typeName);
      return {
        "@type": typeName,
        ...(type === undefined
          ? { value: Buffer.from(value).toString("base64") }
          : (schema.toJson(type, value) as object)),
      };
    });
    return { ...base, code: error.status, hint: "", details };
  }
  if (error instanceof DividereError) return { ...base, code: error.code, hint: error.docs };
  return { ...base, code: "FAILED", hint: "" };
}
