import type { Command } from "commander";
import { LoadBalancing as Bytes } from "dividere/connection";
import { LoadBalancing as Envelopes } from "dividere/messaging";
import { type CommonOptions, newCommand, runs } from "../../app/command.js";
import { type ServerKeyOptions, withKeys } from "../../app/options.js";
import { duration, positiveInteger } from "../../app/values.js";
import { serverSecurity } from "../../connect/keys.js";
import { untilStopped } from "./until-stopped.js";

interface Options extends CommonOptions, ServerKeyOptions {
  readonly bytes?: boolean;
  readonly queue?: number;
  readonly heartbeat?: number;
}

export function brokerCommand(): Command {
  const command = newCommand(
    "broker <frontend> <backend>",
    "Run a broker that spreads requests over free servers",
    {
      details:
        "Runs until Ctrl-C. Clients connect to the front end, servers to the back end. Each request goes to the server that has been free longest.",
      examples: [
        ["dividere broker tcp://127.0.0.1:6000 tcp://127.0.0.1:6001", "serve this machine"],
        ["dividere broker 'tcp://*:6000' 'tcp://*:6001' --queue 5000", "hold more requests"],
      ],
    },
  )
    .option("--bytes", "for workers of dividere/connection, which send no envelopes")
    .option("--queue <number>", "the most waiting requests; 1,000 by default", positiveInteger)
    .option("--heartbeat <time>", "the silence before a heartbeat; 3s by default", duration);
  withKeys(command, "server");
  return runs<Options, [string, string]>(command, async (context, frontend, backend) => {
    const { bytes = false, queue, heartbeat } = context.options;
    const Broker = bytes ? Bytes.Broker : Envelopes.Broker;
    const broker = new Broker(frontend, backend, {
      ...(queue !== undefined && { queueLimit: queue }),
      ...(heartbeat !== undefined && { heartbeatIntervalMs: heartbeat }),
      ...serverSecurity(context.options),
    });
    const { frontendEndpoints: clients, backendEndpoints: servers } = broker;
    context.out.result({ frontendEndpoints: clients, backendEndpoints: servers }, () => [
      `Broker: clients at ${clients.join(", ")}, servers at ${servers.join(", ")}`,
    ]);
    await untilStopped(context, broker);
    const { counters } = broker;
    context.out.result({ counters }, () => [
      `Forwarded ${counters.forwarded}, answered ${counters.answered}, refused ${counters.overflowed + counters.expired + counters.malformed}`,
    ]);
    return 0;
  });
}
