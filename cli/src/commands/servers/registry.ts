import type { Command } from "commander";
import { RegistryServer } from "dividere/registry";
import { type CommonOptions, newCommand, runs } from "../../app/command.js";
import { type ServerKeyOptions, withKeys } from "../../app/options.js";
import { collect, duration, positiveInteger } from "../../app/values.js";
import { serverSecurity } from "../../connect/keys.js";
import { openEtcdStore } from "./etcd-store.js";
import { untilStopped } from "./until-stopped.js";

interface Options extends CommonOptions, ServerKeyOptions {
  readonly endpoint: string;
  readonly events?: string;
  readonly maxServices?: number;
  readonly lease?: number;
  readonly etcd?: readonly string[];
  readonly etcdPrefix?: string;
}

export function registryCommand(): Command {
  const command = newCommand("registry", "Run a registry, where services are found by name", {
    details:
      "Runs until Ctrl-C. Services of this package and of Python's dividere register there. Without --endpoint only programs on this machine reach it.",
    examples: [
      ["dividere registry", "serve this machine, on the ports 5000 and 5001"],
      ["dividere registry --endpoint 'tcp://*:5000'", "serve every network of this machine"],
      ["dividere registry --key keys/registry --allow keys/clients", "over CURVE"],
      ["dividere registry --etcd http://127.0.0.1:2379", "one of several that serve one list"],
    ],
  })
    .option("--endpoint <endpoint>", "where to answer requests", "tcp://127.0.0.1:5000")
    .option("--events <endpoint>", "where to publish; the next port by default")
    .option("--max-services <number>", "the most instances; 10,000 by default", positiveInteger)
    .option("--lease <time>", "how long a silent service stays listed; 10s by default", duration)
    .option("--etcd <url>", "keep the list in this member of etcd; may be repeated", collect)
    .option("--etcd-prefix <text>", "the beginning of etcd's keys; dividere/registry/ by default");
  withKeys(command, "server");
  return runs<Options, []>(command, async (context) => {
    const { endpoint, events, maxServices, lease } = context.options;
    const { etcd, etcdPrefix } = context.options;
    await using store = etcd && (await openEtcdStore(etcd, etcdPrefix));
    const server = new RegistryServer({
      endpoint,
      ...(events !== undefined && { eventsEndpoint: events }),
      ...(maxServices !== undefined && { maxServices }),
      ...(lease !== undefined && { leaseMs: lease }),
      ...(store !== undefined && { store }),
      ...serverSecurity(context.options),
    });
    const { endpoint: requests, eventsEndpoint } = server;
    context.out.result({ endpoint: requests, eventsEndpoint }, () => [
      `Registry at ${requests}, events at ${eventsEndpoint}`,
    ]);
    await untilStopped(context, server);
    return 0;
  });
}
