import type { Command } from "commander";
import { type CommonOptions, type Context, newCommand, runs } from "../../app/command.js";
import { ExitCode } from "../../app/exit-codes.js";
import { withKeys } from "../../app/options.js";
import { collect, duration } from "../../app/values.js";
import { bytes, count } from "../../output/numbers.js";
import { type Column, table } from "../../output/table.js";
import { Events, type EventsOptions } from "../events/events.js";
import { TypeFilter } from "../events/type-filter.js";

interface Options extends CommonOptions, EventsOptions {
  readonly duration: number;
  readonly type?: readonly string[];
}

/** The events of a type. */
interface TypeCounts {
  readonly type: string;
  events: number;
  bytes: number;
  lost: number;
}

export function benchSubCommand(): Command {
  const command = newCommand("sub <endpoint>", "Count the events of a publisher", {
    details:
      "Prints events and bytes a second of each type, and the losses of publishers that number their events.",
    examples: [["dividere bench sub tcp://localhost:5556 --duration 1m", "count for a minute"]],
  })
    .option("-d, --duration <time>", "how long", duration, 10_000)
    .option("-t, --type <name>", "only events of this type; may be repeated", collect)
    .option("--wait", "wait for a publisher that is not there yet");
  withKeys(command, "both");
  return runs<Options, [string]>(command, bench);
}

async function bench(context: Context<Options>, endpoint: string): Promise<number> {
  const { out, options, signal } = context;
  const filter = new TypeFilter(options.type ?? [], undefined);
  const types = new Map<string, TypeCounts>();
  const end = new AbortController();
  const stop = () => end.abort();
  let foreign = 0;
  await using events = await Events.open(endpoint, options, filter, () => foreign++);
  out.note(`Counting at ${endpoint} for ${options.duration / 1_000} s; Ctrl-C ends early.`);
  signal.addEventListener("abort", stop, { once: true });
  const timer = setTimeout(stop, options.duration);
  const started = performance.now();
  for await (const { type, frame, lost } of events.read(end.signal)) {
    const counts = types.get(type) ?? { type, events: 0, bytes: 0, lost: 0 };
    counts.events++;
    counts.bytes += frame.length;
    counts.lost += lost;
    types.set(type, counts);
  }
  clearTimeout(timer);
  signal.removeEventListener("abort", stop);
  const seconds = (performance.now() - started) / 1_000;
  const all = [...types.values()].sort((one, other) => other.events - one.events);
  const sum = all.reduce((total, each) => total + each.events, 0);
  const result = {
    endpoint,
    seconds: Number(seconds.toFixed(3)),
    events: sum,
    eventsPerSecond: Number((sum / seconds).toFixed(1)),
    foreign,
    types: all,
  };
  out.result(result, () => [
    `${count(sum)} events in ${seconds.toFixed(1)} s, ${count(sum / seconds)} a second`,
    ...(foreign > 0 ? [`${count(foreign)} messages were no events of dividere`] : []),
    ...(all.length > 0 ? table(out, columnsFor(seconds), all) : []),
  ]);
  return ExitCode.done;
}

function columnsFor(seconds: number): readonly Column<TypeCounts>[] {
  return [
    { title: "TYPE", shrinks: true, cell: ({ type }) => type },
    { title: "EVENTS", align: "right", cell: ({ events }) => count(events) },
    { title: "/S", align: "right", cell: ({ events }) => count(events / seconds) },
    { title: "BYTES/S", align: "right", cell: (it) => bytes(it.bytes / seconds) },
    {
      title: "LOST",
      align: "right",
      cell: ({ lost }) => count(lost),
      style: ({ lost }) => (lost > 0 ? "red" : undefined),
    },
  ];
}
