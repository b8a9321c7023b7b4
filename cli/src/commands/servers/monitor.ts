import type { Command } from "commander";
import { type CommonOptions, type Context, newCommand, runs } from "../../app/command.js";
import {
  type ClientKeyOptions,
  type RegistryOption,
  withKeys,
  withRegistry,
} from "../../app/options.js";
import { collect, duration, port } from "../../app/values.js";
import { DEFAULT_PORT, startMonitor } from "../../monitor/index.js";

interface Options extends CommonOptions, RegistryOption, ClientKeyOptions {
  readonly host: string;
  readonly port: number;
  readonly subscribe?: readonly string[];
  readonly interval: number;
}

export function monitorCommand(): Command {
  const command = newCommand(
    "monitor [endpoints...]",
    "Show services, calls and events in a browser",
    {
      details:
        "Runs until Ctrl-C, and serves a page on this machine: services as they come and go, calls a second, errors and latencies, the topology, events as they pass, and a form for calls. Endpoints are watched besides the services of the registry. The counters for Prometheus are at /metrics.",
      examples: [
        ["dividere monitor", "watch the services of the registry on this machine"],
        ["dividere monitor --subscribe tcp://localhost:5556", "show the events of a publisher too"],
        ["dividere monitor tcp://localhost:5555", "watch a service that is not registered, too"],
      ],
    },
  )
    .option(
      "--subscribe <endpoint>",
      "show the events that are published there; may be repeated",
      collect,
    )
    .option("--port <number>", "the port of the page; 0 for any free one", port, DEFAULT_PORT)
    .option("--host <address>", "the loopback address of the page", "127.0.0.1")
    .option("--interval <time>", "the time between two readings of the counters", duration, 1_000);
  withRegistry(withKeys(command, "client"));
  return runs<Options, [readonly string[]]>(command, monitor);
}

async function monitor(
  { out, options, signal }: Context<Options>,
  endpoints: readonly string[],
): Promise<number> {
  const { registry, host, subscribe = [], interval, key, serverKey } = options;
  await using running = await startMonitor({
    registry,
    endpoints,
    subscribe,
    host,
    port: options.port,
    intervalMs: Math.max(100, interval),
    security: { ...(key !== undefined && { key }), ...(serverKey !== undefined && { serverKey }) },
  });
  const { url } = running;
  out.result({ url }, () => `Monitor at ${url}`);
  const stop = (): void => {
    void running.close();
  };
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  await running.stopped;
  return 0;
}
