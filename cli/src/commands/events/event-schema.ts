import { ExitCode } from "../../app/exit-codes.js";
import { CommandFailure } from "../../app/failure.js";
import type { SchemaOptions } from "../../app/options.js";
import { openClient } from "../../connect/introspection.js";
import { openFirst } from "../../connect/open-service.js";
import { findTarget, type TargetOptions } from "../../connect/target.js";
import { loadSchema } from "../../schema/load.js";
import { reflectSchema } from "../../schema/reflect.js";
import type { Schema } from "../../schema/schema.js";

/** The option that names a service which knows the schema of its events. */
export interface ReflectOption {
  readonly reflect?: string;
}

/** Gets the schema of events from files or from a service; `undefined` if no option names either. */
export async function eventSchema(
  options: SchemaOptions & ReflectOption & TargetOptions,
  signal: AbortSignal,
): Promise<Schema | undefined> {
  const loaded = await loadSchema(options);
  if (loaded !== undefined || options.reflect === undefined) return loaded;
  const { endpoints } = await findTarget(options.reflect, options, signal);
  await using client = await openFirst(endpoints, (endpoint) =>
    openClient(endpoint, options, true),
  );
  return await reflectSchema(client, signal);
}

/** Makes the failure of a command that cannot do without a schema. */
export function withoutSchema(): CommandFailure {
  return new CommandFailure("NO_SCHEMA", ExitCode.usage, "The schema of the event is not known", {
    hint: "Add --proto <file>, --descriptors <file>, or --reflect <service>, which asks a service.",
  });
}
