import { toJson } from "@bufbuild/protobuf";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { Command } from "commander";
import { type CommonOptions, type Context, newCommand, runs } from "../../app/command.js";
import {
  type ClientKeyOptions,
  type RegistryOption,
  withKeys,
  withRegistry,
} from "../../app/options.js";
import { RegistryView } from "../../connect/registry.js";
import { endpointOf } from "../../connect/target.js";
import {
  type Instance,
  Instance_Health,
  InstanceSchema,
} from "../../gen/dividere/v1/registry_pb.js";
import { age } from "../../output/numbers.js";
import type { Style } from "../../output/output.js";
import { type Column, printable, table } from "../../output/table.js";

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
    if (out.json) for (const instance of instances) out.value(asJson(instance));
    else if (instances.length > 0)
      for (const line of table(out, columns, instances)) out.line(line);
    else
      out.note(
        `${name ?? "No service"} is ${name === undefined ? "" : "not "}registered at ${registry.endpoint}.`,
      );
    return 0;
  });
}

const columns: readonly Column<Instance>[] = [
  { title: "NAME", shrinks: true, cell: ({ name }) => name },
  { title: "ENDPOINT", shrinks: true, cell: endpointOf },
  { title: "VERSION", shrinks: true, cell: ({ version }) => version || "-" },
  { title: "HEALTH", cell: ({ health }) => healthOf(health), style: styleOf },
  {
    title: "AGE",
    align: "right",
    cell: ({ registeredAt }) =>
      registeredAt === undefined ? "-" : age(timestampDate(registeredAt)),
  },
  { title: "SERVICES", shrinks: true, cell: ({ services }) => services.join(" ") || "-" },
];

function healthOf(health: Instance_Health): string {
  switch (health) {
    case Instance_Health.SERVING:
      return "serving";
    case Instance_Health.NOT_SERVING:
      return "not serving";
    default:
      return "unknown";
  }
}

function styleOf({ health }: Instance): Style | undefined {
  if (health === Instance_Health.SERVING) return "green";
  return health === Instance_Health.NOT_SERVING ? "yellow" : "dim";
}

function asJson(instance: Instance): object {
  const json = toJson(InstanceSchema, instance, { alwaysEmitImplicit: true }) as object;
  return { ...json, endpoint: endpointOf(instance) };
}

/** Prints a line for each instance that comes, changes or goes, until the command is stopped. */
async function watch(
  { out, signal }: Context<Options>,
  registry: RegistryView,
  name = "",
): Promise<number> {
  const known = new Map<string, Instance>();
  try {
    for await (const { changed, removed } of registry.watch(name)) {
      for (const instance of changed) {
        const key = keyOf(instance);
        const event = known.has(key) ? "changed" : "added";
        known.set(key, instance);
        out.result({ event, ...asJson(instance) }, () => lineOf(event, instance));
      }
      for (const instance of removed) {
        const gone = known.get(keyOf(instance)) ?? instance;
        known.delete(keyOf(instance));
        out.result({ event: "removed", ...asJson(gone) }, () => lineOf("removed", gone));
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return 0;
}

function keyOf({ name, id }: Instance): string {
  return `${name}\0${id}`;
}

const SIGNS = { added: "+", changed: "~", removed: "-" };

function lineOf(event: keyof typeof SIGNS, instance: Instance): string {
  const { name, version, health } = instance;
  const parts = [SIGNS[event], name, endpointOf(instance), version, healthOf(health)];
  return printable(parts.filter((part) => part !== "").join("  "));
}
