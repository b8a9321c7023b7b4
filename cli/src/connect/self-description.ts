import { create } from "@bufbuild/protobuf";
import {
  type DescribeResponse,
  type GetStatsResponse,
  Introspection,
  type Stats,
  WatchStatsRequestSchema,
} from "../gen/dividere/v1/introspection_pb.js";
import type { DynamicClient } from "./client.js";
import { explainSilence, INTROSPECTION_TIMEOUT_MS } from "./introspection.js";

/** Asks a service for its names, versions and rpcs. */
export async function describeService(
  client: DynamicClient,
  signal: AbortSignal,
): Promise<DescribeResponse> {
  return await asked(client, client.unary(Introspection.method.describe, {}, limits(signal)));
}

/** Asks a service for its counters. */
export async function statsOf(
  client: DynamicClient,
  signal: AbortSignal,
): Promise<Stats | undefined> {
  const request = client.unary(Introspection.method.getStats, {}, limits(signal));
  const { stats }: GetStatsResponse = await asked(client, request);
  return stats;
}

/** Gets the counters of a service at an interval, until the signal is aborted. */
export async function* watchStats(
  client: DynamicClient,
  intervalMs: number,
  signal: AbortSignal,
): AsyncGenerator<Stats> {
  try {
    const request = create(WatchStatsRequestSchema, { intervalMs });
    const responses = client.stream(Introspection.method.watchStats, request, { signal });
    for await (const { stats } of responses) if (stats !== undefined) yield stats;
  } catch (error) {
    if (!signal.aborted) throw explainSilence(client.endpoints.join(", "), error);
  }
}

async function asked<T>(client: DynamicClient, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw explainSilence(client.endpoints.join(", "), error);
  }
}

function limits(signal: AbortSignal): { readonly timeoutMs: number; readonly signal: AbortSignal } {
  return { timeoutMs: INTROSPECTION_TIMEOUT_MS, signal };
}
