import type { Command } from "commander";
import { type CommonOptions, type Context, newCommand, runs } from "../../app/command.js";
import { ExitCode } from "../../app/exit-codes.js";
import { CommandFailure } from "../../app/failure.js";
import {
  type RegistryOption,
  type SchemaOptions,
  type TimeoutOption,
  withKeys,
  withRegistry,
  withSchema,
  withTimeout,
} from "../../app/options.js";
import { collect, positiveInteger } from "../../app/values.js";
import { eventSchema, type ReflectOption } from "./event-schema.js";
import { Events, type EventsOptions } from "./events.js";
import { printEvent } from "./print-event.js";
import { TypeFilter } from "./type-filter.js";

interface Options
  extends CommonOptions,
    EventsOptions,
    RegistryOption,
    SchemaOptions,
    ReflectOption,
    TimeoutOption {
  readonly type?: readonly string[];
  readonly count?: number;
}

export function subCommand(): Command {
  const command = newCommand(
    "sub <endpoint>",
    "Print the events of a publisher, one JSON object a line",
    {
      details:
        "Runs until Ctrl-C. An event of a type that the schema does not have, or without a schema, is shown by its type and size. An endpoint that begins with @ is bound, for publishers that connect.",
      examples: [
        ["dividere sub tcp://localhost:5556 --reflect greeter", "ask the service for the schema"],
        ["dividere sub tcp://localhost:5556 --type Msg02 --proto greeter.proto", "only one type"],
        ["dividere sub tcp://localhost:5556 --count 1 --timeout 10s", "wait for one event"],
      ],
    },
  )
    .option("-t, --type <name>", "only events of this type; may be repeated", collect)
    .option("-n, --count <number>", "end after so many events", positiveInteger)
    .option("--reflect <service>", "take the schema from this service, by name or endpoint")
    .option("--wait", "wait for a publisher that is not there yet");
  withTimeout(command, "end after this time; fails if --count is not reached");
  withRegistry(withSchema(withKeys(command, "both")));
  return runs<Options, [string]>(command, sub);
}

async function sub(context: Context<Options>, endpoint: string): Promise<number> {
  const { out, options, signal } = context;
  const schema = await eventSchema(options, signal);
  const filter = new TypeFilter(options.type ?? [], schema);
  await using events = await Events.open(endpoint, options, filter, (error) => {
    out.note((error as Error).message);
  });
  const end = endOf(context);
  let count = 0;
  out.note(`Subscribed to ${endpoint}; Ctrl-C ends.`);
  for await (const event of events.read(end.signal)) {
    printEvent(context, schema, event);
    count++;
    if (count === options.count) return end.close();
  }
  end.close();
  if (signal.aborted || options.count === undefined) return ExitCode.done;
  throw tooFew(endpoint, count, options.count);
}

/** Joins the interruption and the time limit; `AbortSignal.any` leaks in Node.js 20. */
function endOf({ signal, options }: Context<Options>): {
  readonly signal: AbortSignal;
  close(): number;
} {
  const controller = new AbortController();
  const abort = () => controller.abort();
  signal.addEventListener("abort", abort, { once: true });
  const timer = options.timeout === undefined ? undefined : setTimeout(abort, options.timeout);
  return {
    signal: controller.signal,
    close() {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      return ExitCode.done;
    },
  };
}

function tooFew(endpoint: string, count: number, wanted: number): CommandFailure {
  return new CommandFailure(
    "TIMEOUT",
    ExitCode.unreachable,
    `${count} of ${wanted} events came from ${endpoint} in time`,
    { hint: "A subscriber gets only what is published after it has connected." },
  );
}
