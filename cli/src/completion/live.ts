import type { SchemaOptions } from "../app/options.js";
import { openService } from "../connect/open-service.js";
import { RegistryView } from "../connect/registry.js";
import type { TargetOptions } from "../connect/target.js";
import { loadSchema } from "../schema/load.js";
import { isPublished } from "../schema/rpc.js";
import type { Schema } from "../schema/schema.js";
import type { Candidate } from "./candidate.js";

/** The options that say where services and schemas are. */
export interface Known extends TargetOptions, SchemaOptions {
  readonly reflect?: string;
}

/** The longest wait of someone who has pressed Tab, in milliseconds. */
const PATIENCE_MS = 1_500;

/** Returns the names of the services in the registry. */
export function knownServices(known: Known): Promise<readonly Candidate[]> {
  return patiently(async (signal) => {
    const counts = new Map<string, number>();
    for (const { name } of await new RegistryView(known, signal).list()) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return [...counts].map(([word, count]) => ({
      word,
      meaning: count === 1 ? "1 instance" : `${count} instances`,
    }));
  });
}

/** Returns the names of a service's rpcs. */
export function knownRpcs(target: string, known: Known): Promise<readonly Candidate[]> {
  return patiently(async (signal) => {
    const schema = await schemaOf(target, known, signal);
    return schema.services.flatMap(({ name, methods }) =>
      methods
        .filter((method) => !isPublished(method))
        .map((method) => ({
          word: method.name,
          meaning: `${name}: ${method.input.name} to ${method.output.name}`,
        })),
    );
  });
}

/** Returns the names of the events of a schema. */
export function knownMessages(known: Known): Promise<readonly Candidate[]> {
  return patiently(async (signal) => {
    const schema = await schemaOf(known.reflect, known, signal);
    const events = schema.services.flatMap(({ methods }) => methods.filter(isPublished));
    return [...new Set(events.map(({ input }) => input.typeName))].map((word) => ({
      word,
      meaning: "event",
    }));
  });
}

async function schemaOf(
  target: string | undefined,
  known: Known,
  signal: AbortSignal,
): Promise<Schema> {
  const loaded = await loadSchema(known);
  if (loaded !== undefined) return loaded;
  const { client, schema } = await openService(target ?? "", known, signal);
  client.close();
  return schema;
}

/** A shell has no place for an error, so whatever cannot be found out completes nothing. */
async function patiently(
  find: (signal: AbortSignal) => Promise<readonly Candidate[]>,
): Promise<readonly Candidate[]> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const given = new Promise<readonly Candidate[]>((resolve) => {
    timer = setTimeout(() => {
      controller.abort();
      resolve([]);
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([find(controller.signal).catch(() => []), given]);
  } finally {
    clearTimeout(timer);
  }
}
