import type { Command } from "commander";
import type { Health, RegistryEvent, ServiceInstance } from "dividere/registry";
import { type CommonOptions, type Context, newCommand, runs } from "../../app/command.js";
import {
  type ClientKeyOptions,
  type RegistryOption,
  withKeys,
  withRegistry,
} from "../../app/options.js";
import { RegistryView } from "../../connect/registry.js";
import { endpointOf, unlisted } from "../../connect/target.js";
import { age } from "../../output/numbers.js";
import type { Output, Style } from "../../output/output.js";
import { printable } from "../../output/printable.js";
import { type Column, table } from "../../output/table.js";

interface Options extends CommonOptions, RegistryOption, ClientKeyOptions {
  readonly watch?: boolean;
}

export function lsCommand(): Command {
  const command = newCommand(
    "ls [name]",
    "List the services of a registry, or one service's instances",
    {
      examples: [
        ["dividere ls", "list all services"],
        ["dividere ls greeter --json", "list the instances of one service as JSON"],
        ["dividere ls --watch", "print each change until Ctrl-C"],
        ["dividere ls --registry tcp://10.0.0.5:5000", "ask a registry on another machine"],
      ],
    },
  ).option("-w, --watch", "print the list and then each change, until Ctrl-C");
  withRegistry(withKeys(command, "client"));
  return runs<Options, [string | undefined]>(command, async (context, name) => {
    const { out, options, signal } = context;
    const registry = new RegistryView(options, signal);
    if (options.watch === true) return await watch(context, registry, name);
    const instances = await registry.list(name);
    if (name !== undefined && instances.length === 0) throw await unlisted(name, registry);
    if (out.json) for (const instance of instances) out.value(asJson(instance));
    else if (instances.length === 0) out.note(`No service is registered at ${registry.endpoint}.`);
    else for (const line of table(out, columns, instances)) out.line(line);
    return 0;
  });
}

const columns: readonly Column<ServiceInstance>[] = [
  { title: "NAME", shrinks: true, cell: ({ name }) => name },
  { title: "ENDPOINT", shrinks: true, cell: endpointOf },
  { title: "VERSION", shrinks: true, cell: ({ version }) => version || "-" },
  {
    title: "HEALTH",
    cell: ({ health }) => HEALTH[health],
    style: ({ health }) => STYLES[health],
  },
  { title: "AGE", align: "right", cell: ({ registeredAt }) => age(registeredAt) },
  { title: "SERVICES", shrinks: true, cell: ({ services }) => services.join(" ") || "-" },
];

const HEALTH: Readonly<Record<Health, string>> = {
  SERVING: "serving",
  NOT_SERVING: "not serving",
  UNKNOWN: "unknown",
};

const STYLES: Readonly<Record<Health, Style>> = {
  SERVING: "green",
  NOT_SERVING: "yellow",
  UNKNOWN: "dim",
};

function asJson(instance: ServiceInstance): object {
  return { ...instance, endpoint: endpointOf(instance) };
}

/** Prints a line for each instance that comes, changes or goes, until the command is stopped. */
async function watch(
  context: Context<Options>,
  registry: RegistryView,
  name = "",
): Promise<number> {
  try {
    for await (const event of registry.watch(name)) show(context.out, event);
  } catch (error) {
    if (!context.signal.aborted) throw error;
  }
  return 0;
}

const SIGNS = { added: "+", changed: "~", removed: "-" };

function show(out: Output, event: RegistryEvent): void {
  switch (event.type) {
    case "listed":
      for (const instance of event.instances) show(out, { type: "added", instance });
      break;
    case "lost":
      out.result({ event: "lost", message: event.error.message }, () => `! ${event.error.message}`);
      break;
    case "resumed":
      out.result({ event: "resumed" }, () => "! The registry answers again");
      break;
    case "added":
    case "changed":
    case "removed": {
      const { type, instance } = event;
      out.result({ event: type, ...asJson(instance) }, () => lineOf(SIGNS[type], instance));
    }
  }
}

function lineOf(sign: string, instance: ServiceInstance): string {
  const { name, version, health } = instance;
  const parts = [sign, name, endpointOf(instance), version, HEALTH[health]];
  return printable(parts.filter((part) => part !== "").join("  "));
}
