import { RequestError } from "dividere/messaging";
import { ExitCode } from "../app/exit-codes.js";
import { CommandFailure } from "../app/failure.js";
import type { DynamicClient } from "../connect/client.js";
import { explainSilence, INTROSPECTION_TIMEOUT_MS } from "../connect/introspection.js";
import { Introspection } from "../gen/dividere/v1/introspection_pb.js";
import { Schema } from "./schema.js";

/**
 * Asks a service for its schema.
 *
 * @throws CommandFailure when the service does not tell.
 */
export async function reflectSchema(client: DynamicClient, signal: AbortSignal): Promise<Schema> {
  const endpoint = client.endpoints.join(", ");
  const options = { timeoutMs: INTROSPECTION_TIMEOUT_MS, signal };
  try {
    const { fileDescriptorSet } = await client.unary(Introspection.method.getSchema, {}, options);
    return Schema.read(fileDescriptorSet, `the schema of ${endpoint}`);
  } catch (error) {
    if (error instanceof RequestError && error.status === "NOT_FOUND") throw without(endpoint);
    throw explainSilence(endpoint, error);
  }
}

function without(endpoint: string): CommandFailure {
  return new CommandFailure(
    "NO_SCHEMA",
    ExitCode.notFound,
    `The service at ${endpoint} has no schema to show: its code was generated with reflection=false`,
    { hint: "Give the schema with --proto <file> or --descriptors <file>." },
  );
}
