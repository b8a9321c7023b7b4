import { toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { Command } from "commander";
import { type CommonOptions, type Context, newCommand, runs } from "../../app/command.js";
import {
  type RegistryOption,
  type SchemaOptions,
  withKeys,
  withRegistry,
  withSchema,
} from "../../app/options.js";
import { collect, duration, positiveInteger } from "../../app/values.js";
import { RecordingWriter, refuseExisting } from "../../recording/writer.js";
import { eventSchema, type ReflectOption } from "./event-schema.js";
import { Events, type EventsOptions } from "./events.js";
import { TypeFilter } from "./type-filter.js";

interface Options
  extends CommonOptions,
    EventsOptions,
    RegistryOption,
    SchemaOptions,
    ReflectOption {
  readonly type?: readonly string[];
  readonly count?: number;
  readonly duration?: number;
  readonly force?: boolean;
}

export function recordCommand(): Command {
  const command = newCommand(
    "record <file> <endpoints...>",
    "Record the events of publishers in a file, with their timing",
    {
      details:
        "Runs until Ctrl-C, --duration or --count. The file has lines of JSON, which docs/cli.md describes; with a schema it can be printed without one.",
      examples: [
        ["dividere record day.jsonl tcp://localhost:5556", "record until Ctrl-C"],
        [
          "dividere record a.jsonl tcp://a:5556 tcp://b:5556 --duration 60s",
          "record two for a minute",
        ],
      ],
    },
  )
    .option("-t, --type <name>", "only events of this type; may be repeated", collect)
    .option("-n, --count <number>", "end after so many events", positiveInteger)
    .option("-d, --duration <time>", "end after this time", duration)
    .option("-f, --force", "replace an existing file")
    .option("--reflect <service>", "put the schema of this service into the file")
    .option("--wait", "wait for publishers that are not there yet");
  withRegistry(withSchema(withKeys(command, "both")));
  return runs<Options, [string, readonly string[]]>(command, record);
}

async function record(
  context: Context<Options>,
  path: string,
  endpoints: readonly string[],
): Promise<number> {
  const { out, options, signal } = context;
  if (options.force !== true) refuseExisting(path);
  const schema = await eventSchema(options, signal);
  const filter = new TypeFilter(options.type ?? [], schema);
  const end = new AbortController();
  const stop = () => end.abort();
  await using stack = new AsyncStack();
  const sources: Events[] = [];
  for (const endpoint of endpoints) {
    const onForeign = (error: unknown) => out.note((error as Error).message);
    sources.push(stack.use(await Events.open(endpoint, options, filter, onForeign)));
  }
  const encoded =
    schema && Buffer.from(toBinary(FileDescriptorSetSchema, schema.files)).toString("base64");
  const writer = await RecordingWriter.begin(
    path,
    { endpoints, ...(encoded !== undefined && { schema: encoded }) },
    options.force === true,
  );
  signal.addEventListener("abort", stop, { once: true });
  const timer = options.duration === undefined ? undefined : setTimeout(stop, options.duration);
  out.note(`Recording ${endpoints.join(", ")} in ${path}; Ctrl-C ends.`);
  let lost = 0;
  try {
    await Promise.all(
      sources.map(async (source, at) => {
        for await (const event of source.read(end.signal)) {
          if (end.signal.aborted) return;
          lost += event.lost;
          await writer.add(at, event.type, event.frame);
          if (writer.count === options.count) stop();
        }
      }),
    );
  } finally {
    stop();
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    await writer.close();
  }
  out.result({ file: path, events: writer.count, lost }, () => [
    `Recorded ${writer.count} events in ${path}${lost > 0 ? `; ${lost} were lost on the way` : ""}.`,
  ]);
  return 0;
}

/** Closes what it was given, the last first. */
class AsyncStack implements AsyncDisposable {
  readonly #all: AsyncDisposable[] = [];

  use<T extends AsyncDisposable>(each: T): T {
    this.#all.push(each);
    return each;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of this.#all.reverse()) await each[Symbol.asyncDispose]();
  }
}
