import type {
  Latency,
  LinkStats,
  RpcStats,
  Stats,
} from "../../wire/gen/dividere/v1/introspection.js";
import type { Timestamp } from "../../wire/gen/google/protobuf/timestamp.js";
import type { LatencyStats } from "../stats/histogram.js";
import type { ReactorLinkStats, ReactorStats } from "../stats/reactor-stats.js";
import type { RpcStats as RpcCounts } from "../stats/rpc-counters.js";

/** Converts counters to their message. */
export function statsToWire(stats: ReactorStats): Stats {
  return {
    rpcs: stats.rpcs.map(rpcToWire),
    links: stats.links.map(linkToWire),
    startedAt: timestampOf(stats.startedAt),
    readAt: timestampOf(stats.readAt),
    instance: stats.instance,
    inFlight: stats.inFlight,
    // The field has 32 bits, and the option may be Infinity.
    concurrency: Math.min(stats.concurrency, 0xffff_ffff),
    residentBytes: BigInt(stats.memory.residentBytes),
    heapBytes: BigInt(stats.memory.heapBytes),
    workers: stats.workers,
  };
}

/** Converts a time to its message. */
export function timestampOf(time: Date): Timestamp {
  const ms = time.getTime();
  const seconds = Math.floor(ms / 1_000);
  return { seconds: BigInt(seconds), nanos: (ms - seconds * 1_000) * 1_000_000 };
}

function rpcToWire(rpc: RpcCounts): RpcStats {
  return {
    rpc: rpc.rpc,
    started: BigInt(rpc.started),
    succeeded: BigInt(rpc.succeeded),
    failed: BigInt(rpc.failed),
    failures: new Map(Object.entries(rpc.failures).map(([code, count]) => [code, BigInt(count)])),
    inFlight: rpc.inFlight,
    latency: rpc.latency.count === 0 ? undefined : latencyToWire(rpc.latency),
  };
}

function latencyToWire(latency: LatencyStats): Latency {
  const { count, buckets, ...times } = latency;
  return {
    ...times,
    count: BigInt(count),
    buckets: buckets.map((bucket) => ({ upperMs: bucket.upperMs, count: BigInt(bucket.count) })),
  };
}

function linkToWire(link: ReactorLinkStats): LinkStats {
  return {
    kind: link.kind,
    endpoints: [...link.endpoints],
    sent: BigInt(link.sent),
    received: BigInt(link.received),
    dropped: BigInt(link.dropped),
    peers: link.peers,
  };
}
