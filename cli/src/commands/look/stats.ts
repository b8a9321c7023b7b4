import { toJson } from "@bufbuild/protobuf";
import type { Command } from "commander";
import { type CommonOptions, type Context, newCommand, runs } from "../../app/command.js";
import { ExitCode } from "../../app/exit-codes.js";
import { CommandFailure } from "../../app/failure.js";
import { withKeys, withRegistry } from "../../app/options.js";
import { duration } from "../../app/values.js";
import type { DynamicClient } from "../../connect/client.js";
import { openClient } from "../../connect/introspection.js";
import { RegistryView } from "../../connect/registry.js";
import { statsOf, watchStats } from "../../connect/self-description.js";
import { endpointOf, findTarget, type TargetOptions } from "../../connect/target.js";
import { type Stats, StatsSchema } from "../../gen/dividere/v1/introspection_pb.js";
import { prometheusText, type Reading } from "../../output/prometheus.js";
import { statsLines } from "./stats-lines.js";

interface Options extends CommonOptions, TargetOptions {
  readonly watch?: boolean;
  readonly interval: number;
  readonly prometheus?: boolean;
}

/** A process to read the counters of. */
interface Source {
  readonly service: string;
  readonly endpoint: string;
}

const CLEAR = "\u001b[H\u001b[2J";

export function statsCommand(): Command {
  const command = newCommand(
    "stats [service]",
    "Show calls, errors, latencies and links of services",
    {
      details:
        "The service is a name in the registry or an endpoint; without it, all services of the registry. Times are in milliseconds, since the start of the service.",
      examples: [
        ["dividere stats greeter", "show the counters of a service"],
        ["dividere stats greeter --watch", "show them again every second, with calls a second"],
        ["dividere stats --prometheus", "print all services' counters for Prometheus"],
      ],
    },
  )
    .option("-w, --watch", "show the counters again and again, until Ctrl-C")
    .option("--interval <time>", "the time between two readings of --watch", duration, 1_000)
    .option("--prometheus", "print the text format of Prometheus");
  withRegistry(withKeys(command, "client"));
  return runs<Options, [string | undefined]>(command, stats);
}

async function stats(context: Context<Options>, target: string | undefined): Promise<number> {
  const { out, options } = context;
  const sources = await findSources(context, target);
  if (options.watch === true) return await watch(context, sources);
  const { readings, failures } = await readAll(context, sources);
  if (readings.length === 0 && failures.length > 0) throw failures[0];
  for (const failure of failures) out.errorLine((failure as Error).message);
  if (options.prometheus === true) out.raw(prometheusText(readings));
  else show(context, readings);
  return failures.length > 0 ? ExitCode.failed : ExitCode.done;
}

async function findSources(
  { options, signal }: Context<Options>,
  target: string | undefined,
): Promise<readonly Source[]> {
  if (target !== undefined) {
    const { text, endpoints } = await findTarget(target, options, signal);
    return endpoints.map((endpoint) => ({ service: text, endpoint }));
  }
  const listed = await new RegistryView(options, signal).list();
  if (listed.length > 0) {
    return listed.map((instance) => ({ service: instance.name, endpoint: endpointOf(instance) }));
  }
  throw new CommandFailure(
    "NOT_FOUND",
    ExitCode.notFound,
    `No service is registered at ${options.registry}`,
    { hint: "Name a service by its endpoint, such as tcp://localhost:5555." },
  );
}

async function readAll(
  { options, signal }: Context<Options>,
  sources: readonly Source[],
): Promise<{ readonly readings: readonly Reading[]; readonly failures: readonly unknown[] }> {
  const settled = await Promise.allSettled(
    sources.map(async ({ service, endpoint }) => {
      await using client = await openClient(endpoint, options, true);
      const read = await statsOf(client, signal);
      return read === undefined ? [] : [{ service, endpoint, stats: read }];
    }),
  );
  signal.throwIfAborted();
  return {
    readings: settled.flatMap((it) => (it.status === "fulfilled" ? it.value : [])),
    failures: settled.flatMap((it) => (it.status === "rejected" ? [it.reason] : [])),
  };
}

function show(
  { out }: Context<Options>,
  readings: readonly Reading[],
  before: ReadonlyMap<string, Stats> = new Map(),
): void {
  for (const [at, reading] of readings.entries()) {
    if (out.json) out.value(asJson(reading));
    else {
      if (at > 0) out.line();
      for (const line of statsLines(out, reading, before.get(reading.endpoint))) out.line(line);
    }
  }
}

function asJson({ service, endpoint, stats: read }: Reading): object {
  const json = toJson(StatsSchema, read, { alwaysEmitImplicit: true }) as object;
  return { service, endpoint, ...json };
}

/** Shows the counters as they come; on a terminal in place of the last ones. */
async function watch(context: Context<Options>, sources: readonly Source[]): Promise<number> {
  const { out, options, signal } = context;
  const latest = new Map<string, Reading>();
  const before = new Map<string, Stats>();
  const follow = async ({ service, endpoint }: Source, client: DynamicClient): Promise<void> => {
    for await (const read of watchStats(client, options.interval, signal)) {
      const last = latest.get(endpoint)?.stats;
      if (last !== undefined) before.set(endpoint, last);
      const reading = { service, endpoint, stats: read };
      latest.set(endpoint, reading);
      if (out.isTerminal && !out.json) {
        out.raw(CLEAR);
        show(context, [...latest.values()], before);
      } else if (options.prometheus === true) out.raw(prometheusText([reading]));
      else show(context, [reading], before);
    }
  };
  await Promise.all(
    sources.map(async (source) => {
      await using client = await openClient(source.endpoint, options, true);
      await follow(source, client);
    }),
  );
  return 0;
}
