/**
 * Asks running reactors and services about themselves.
 *
 * @module
 */
export type {
  ReactorDescription,
  RpcDescription,
  ServiceDescription,
} from "../messaging/introspection/introspected.js";
export type { LatencyBucket, LatencyStats } from "../messaging/stats/histogram.js";
export type {
  ProcessMemory,
  ReactorLinkStats,
  ReactorStats,
} from "../messaging/stats/reactor-stats.js";
export type { RpcStats } from "../messaging/stats/rpc-counters.js";
export { IntrospectionClient, type WatchStatsOptions } from "./client.js";
