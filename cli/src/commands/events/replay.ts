import { setTimeout as delay } from "node:timers/promises";
import type { Command } from "commander";
import { Publisher } from "dividere/connection";
import { readEnvelope } from "dividere/messaging";
import { type CommonOptions, type Context, newCommand, runs } from "../../app/command.js";
import { ExitCode } from "../../app/exit-codes.js";
import { CommandFailure } from "../../app/failure.js";
import {
  type ClientKeyOptions,
  type SchemaOptions,
  type ServerKeyOptions,
  type TimeoutOption,
  withKeys,
  withSchema,
  withTimeout,
} from "../../app/options.js";
import { collect, LONGEST_MS, speed, wholeNumber } from "../../app/values.js";
import { peerSecurity } from "../../connect/keys.js";
import type { RecordedEvent } from "../../recording/format.js";
import { openRecording, type Recording } from "../../recording/reader.js";
import { withoutNumber } from "../../recording/replayable.js";
import { loadSchema } from "../../schema/load.js";
import { Schema } from "../../schema/schema.js";
import { printEvent } from "./print-event.js";
import { TypeFilter } from "./type-filter.js";

interface Options
  extends CommonOptions,
    ClientKeyOptions,
    ServerKeyOptions,
    SchemaOptions,
    TimeoutOption {
  readonly speed: number;
  readonly wait: number;
  readonly type?: readonly string[];
  readonly print?: boolean;
}

export function replayCommand(): Command {
  const command = newCommand(
    "replay <file> [endpoint]",
    "Publish the events of a recording again",
    {
      details:
        "Binds the recorded endpoints, or the given one for all events, and waits for a subscriber at each; > before the endpoint connects instead. Events that a publisher had numbered lose their numbers, because subscribers drop a number that they have had.",
      examples: [
        [
          "dividere replay day.jsonl",
          "publish at the recorded endpoints, with the recorded pauses",
        ],
        ["dividere replay day.jsonl tcp://127.0.0.1:6000 --speed 2", "twice as fast, elsewhere"],
        ["dividere replay day.jsonl --print --proto greeter.proto", "print the events"],
      ],
    },
  )
    .option("-s, --speed <factor>", 'how much faster; "max" is without pauses', speed, 1)
    .option("-t, --type <name>", "only events of this type; may be repeated", collect)
    .option("--wait <subscribers>", "the subscribers to wait for; 0 for none", wholeNumber, 1)
    .option("--print", "print the events, one JSON object a line, and publish nothing");
  withTimeout(command, "the longest wait for subscribers; none by default");
  withSchema(withKeys(command, "both"));
  return runs<Options, [string, string | undefined]>(command, replay);
}

async function replay(
  context: Context<Options>,
  path: string,
  endpoint: string | undefined,
): Promise<number> {
  const { out, options } = context;
  const recording = await openRecording(path);
  const schema = await schemaOf(options, recording, path);
  const filter = new TypeFilter(options.type ?? [], schema);
  if (options.print === true) return await print(context, recording, schema, filter);

  const publishers = openPublishers(options, recording, endpoint);
  try {
    if (options.wait > 0) await waitForSubscribers(context, publishers);
    const events = await publish(context, recording, filter, publishers);
    await Promise.all(publishers.map((publisher) => publisher.drain()));
    out.result({ file: path, events }, () => `Published ${events} events of ${path}.`);
    return ExitCode.done;
  } finally {
    for (const publisher of publishers) publisher.close();
  }
}

async function schemaOf(
  options: Options,
  { header }: Recording,
  path: string,
): Promise<Schema | undefined> {
  const given = await loadSchema(options);
  if (given !== undefined || header.schema === undefined) return given;
  return Schema.read(Buffer.from(header.schema, "base64"), `the schema in ${path}`);
}

async function print(
  context: Context<Options>,
  { header, events }: Recording,
  schema: Schema | undefined,
  filter: TypeFilter,
): Promise<number> {
  const start = new Date(header.startedAt).getTime();
  for await (const { type, atMs, envelope } of events) {
    context.signal.throwIfAborted();
    if (!filter.accepts(type)) continue;
    const read = readEnvelope(Buffer.from(envelope, "base64"));
    printEvent(context, schema, { type, envelope: read, lost: 0 }, new Date(start + atMs));
  }
  return ExitCode.done;
}

/** Opens a publisher for each recorded endpoint, or one for all. */
function openPublishers(
  options: Options,
  { header }: Recording,
  endpoint: string | undefined,
): readonly Publisher[] {
  const endpoints = endpoint === undefined ? header.endpoints.map(bindable) : [endpoint];
  const opened: Publisher[] = [];
  try {
    for (const each of endpoints) {
      opened.push(new Publisher(each, peerSecurity(options, [each], true)));
    }
    return opened;
  } catch (error) {
    for (const publisher of opened) publisher.close();
    const { code, message } = error as { code?: string; message: string };
    if (endpoint !== undefined || code === "SECURITY_INVALID") throw error;
    throw new CommandFailure(code ?? "BIND_FAILED", ExitCode.failed, message, {
      cause: error,
      hint: "Name another endpoint after the file, such as tcp://127.0.0.1:6000.",
    });
  }
}

/** Returns an endpoint to bind in place of the one that the recording connected to. */
function bindable(endpoint: string): string {
  return endpoint.replace(/^[@>]/, "").replace("//localhost:", "//127.0.0.1:");
}

async function waitForSubscribers(
  { out, options, signal }: Context<Options>,
  publishers: readonly Publisher[],
): Promise<void> {
  const { timeout } = options;
  const limits = { signal, ...(timeout !== undefined && { timeoutMs: timeout }) };
  const endpoints = publishers.flatMap((publisher) => publisher.endpoints).join(", ");
  out.note(`Waiting for subscribers at ${endpoints}.`);
  await Promise.all(
    publishers.map((publisher) => publisher.waitForSubscribers(options.wait, limits)),
  );
}

async function publish(
  { options, signal }: Context<Options>,
  { events }: Recording,
  filter: TypeFilter,
  publishers: readonly Publisher[],
): Promise<number> {
  const start = performance.now();
  let count = 0;
  for await (const event of events) {
    if (!filter.accepts(event.type)) continue;
    await dueTime(start, event, options.speed, signal);
    const publisher = publishers[event.endpoint] ?? publishers[0];
    await publisher?.send(withoutNumber(Buffer.from(event.envelope, "base64")), { signal });
    count++;
  }
  return count;
}

async function dueTime(
  start: number,
  { atMs }: RecordedEvent,
  factor: number,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const wait = start + atMs / factor - performance.now();
    if (wait < 1) return;
    const options = { signal };
    // A timer of Node.js that is longer fires at once.
    await delay(Math.min(wait, LONGEST_MS), undefined, options).catch(() =>
      signal.throwIfAborted(),
    );
  }
}
