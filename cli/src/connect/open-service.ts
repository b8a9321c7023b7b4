import type { SchemaOptions } from "../app/options.js";
import { loadSchema } from "../schema/load.js";
import { reflectSchema } from "../schema/reflect.js";
import type { Schema } from "../schema/schema.js";
import type { DynamicClient } from "./client.js";
import { openClient } from "./introspection.js";
import { findTarget, type TargetOptions } from "./target.js";

/** A service to call, with its schema. */
export interface OpenService {
  readonly client: DynamicClient;
  readonly schema: Schema;
}

/**
 * Finds a service, connects to its first instance that answers, and gets its schema from the options
 * or from the service itself. The caller closes the client.
 */
export async function openService(
  target: string,
  options: TargetOptions & SchemaOptions,
  signal: AbortSignal,
): Promise<OpenService> {
  const given = await loadSchema(options);
  const { endpoints } = await findTarget(target, options, signal);
  const client = await openFirst(endpoints, (endpoint) =>
    openClient(endpoint, options, given === undefined),
  );
  try {
    return { client, schema: given ?? (await reflectSchema(client, signal)) };
  } catch (error) {
    client.close();
    throw error;
  }
}

/** Opens the first endpoint that can be opened. */
export async function openFirst<T>(
  endpoints: readonly string[],
  open: (endpoint: string) => Promise<T>,
): Promise<T> {
  let failure: unknown;
  for (const endpoint of endpoints) {
    try {
      return await open(endpoint);
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}
