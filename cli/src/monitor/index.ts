import { randomBytes } from "node:crypto";
import { ExitCode } from "../app/exit-codes.js";
import { CommandFailure } from "../app/failure.js";
import type { ClientKeyOptions } from "../app/options.js";
import { carryOut } from "./calls/call.js";
import { schemaShape } from "./calls/shape.js";
import { EventLog } from "./events/event-log.js";
import { registryDirectory } from "./fleet/directory.js";
import { Fleet } from "./fleet/fleet.js";
import { loadAssets } from "./http/assets.js";
import { Guard, isLoopback } from "./http/guard.js";
import { metricsText } from "./http/metrics.js";
import { MonitorServer } from "./http/server.js";
import type { StreamMessage } from "./protocol.js";
import { version } from "./version.js";

/** The port of the monitor's page. */
export const DEFAULT_PORT = 7_070;

/** Options for {@link startMonitor}. */
export interface MonitorOptions {
  /**
   * The endpoint of the registry that lists the services; several registries, which have one store, are
   * separated by commas. None by default.
   */
  readonly registry?: string;
  /** The endpoints of services to watch besides those of the registry. None by default. */
  readonly endpoints?: readonly string[];
  /** The endpoints of publishers whose events are shown. None by default. */
  readonly subscribe?: readonly string[];
  /** The loopback address to serve the page on; 127.0.0.1 by default. */
  readonly host?: string;
  /** The port of the page, or 0 for any free one; 7,070 by default. */
  readonly port?: number;
  /** The keys for services, registry and publishers that speak CURVE. */
  readonly security?: ClientKeyOptions;
  /** The time between two readings of the counters, in milliseconds; 1,000 by default. */
  readonly intervalMs?: number;
}

/** A monitor that serves. */
export interface RunningMonitor extends AsyncDisposable {
  /** The address to open in a browser. */
  readonly url: string;
  /** Fulfilled when the monitor has closed. */
  readonly stopped: Promise<void>;
  /** Ends the page and closes all connections; repeated calls do nothing. */
  close(): Promise<void>;
}

/**
 * Starts the monitor. The caller closes it.
 *
 * @throws CommandFailure when the page cannot be served, or `host` is not one of loopback.
 * @throws ConnectionError when an endpoint is invalid.
 */
export async function startMonitor(options: MonitorOptions): Promise<RunningMonitor> {
  const { host = "127.0.0.1", port = DEFAULT_PORT, security: keys = {} } = options;
  if (!isLoopback(host)) throw notLoopback(host);
  const emit = (message: StreamMessage): void => server.send(message);
  const fleet = new Fleet(
    {
      directory:
        options.registry === undefined ? undefined : registryDirectory(options.registry, keys),
      endpoints: options.endpoints ?? [],
      keys,
      intervalMs: options.intervalMs ?? 1_000,
    },
    emit,
  );
  const events = new EventLog(() => fleet.schemas, emit);
  const token = randomBytes(24).toString("base64url");
  const server = new MonitorServer(
    backendOf(fleet, events, keys),
    await loadAssets(token),
    new Guard(token, host),
  );
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= Promise.all([server.close(), fleet.close(), events.close()]).then(stop);
    return closing;
  };
  let stop!: () => void;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  try {
    const url = await server.listen(host, port);
    events.start(options.subscribe ?? [], keys);
    fleet.start();
    return { url, stopped, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

function backendOf(
  fleet: Fleet,
  events: EventLog,
  keys: ClientKeyOptions,
): ConstructorParameters<typeof MonitorServer>[0] {
  return {
    snapshot: () => ({
      type: "snapshot",
      snapshot: {
        version,
        registry: fleet.registry,
        taps: events.taps,
        instances: fleet.instances,
        total: fleet.history.total,
        services: fleet.history.services,
        history: fleet.history.instances,
        last: fleet.history.last,
        happenings: fleet.happenings,
        events: events.all,
      },
    }),
    schema: (key) => {
      const schema = fleet.find(key)?.schema;
      return schema && schemaShape(schema);
    },
    call: (request, signal) => {
      const { endpoint, schema } = fleet.find(request.key) ?? {};
      if (endpoint === undefined || schema === undefined) return undefined;
      return carryOut({ endpoint, schema, keys }, request, signal);
    },
    metrics: () => metricsText(fleet),
  };
}

function notLoopback(host: string): CommandFailure {
  return new CommandFailure(
    "OPTION_INVALID",
    ExitCode.usage,
    `The monitor serves on loopback only, and ${host} is no address of it`,
    { hint: "From another machine: ssh -L 7070:localhost:7070 <machine>" },
  );
}
