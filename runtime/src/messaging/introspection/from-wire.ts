import {
  type DescribeResponse,
  type Latency,
  type RpcStats,
  Stats,
} from "../../wire/gen/dividere/v1/introspection.js";
import type { Timestamp } from "../../wire/gen/google/protobuf/timestamp.js";
import type { LatencyStats } from "../stats/histogram.js";
import type { ReactorStats } from "../stats/reactor-stats.js";
import type { RpcStats as RpcCounts } from "../stats/rpc-counters.js";
import type { ReactorDescription } from "./introspected.js";

/** Reads a description from its message. */
export function descriptionFromWire(response: DescribeResponse): ReactorDescription {
  const { services, version, instance, startedAt, runtime, platform, pid, host } = response;
  return {
    services: services.map(({ typeName, name, rpcs }) => ({
      typeName,
      name,
      rpcs: rpcs.map(({ $type: _, ...rpc }) => rpc),
    })),
    version,
    instance,
    startedAt: dateOf(startedAt),
    runtime,
    platform,
    pid,
    host,
  };
}

/** Reads counters from their message, which a peer may have left out. */
export function statsFromWire(stats: Stats = Stats.create()): ReactorStats {
  return {
    instance: stats.instance,
    startedAt: dateOf(stats.startedAt),
    readAt: dateOf(stats.readAt),
    inFlight: stats.inFlight,
    concurrency: stats.concurrency,
    workers: stats.workers,
    rpcs: stats.rpcs.map(rpcFromWire),
    links: stats.links.map(({ kind, endpoints, sent, received, dropped, peers }) => ({
      kind,
      endpoints,
      sent: Number(sent),
      received: Number(received),
      dropped: Number(dropped),
      peers,
    })),
    memory: {
      residentBytes: Number(stats.residentBytes),
      heapBytes: Number(stats.heapBytes),
    },
  };
}

function rpcFromWire(rpc: RpcStats): RpcCounts {
  return {
    rpc: rpc.rpc,
    started: Number(rpc.started),
    succeeded: Number(rpc.succeeded),
    failed: Number(rpc.failed),
    failures: Object.fromEntries(
      Array.from(rpc.failures, ([code, count]) => [code, Number(count)]),
    ),
    inFlight: rpc.inFlight,
    latency: rpc.latency === undefined ? NO_TIMES : latencyFromWire(rpc.latency),
  };
}

const NO_TIMES: LatencyStats = {
  count: 0,
  sumMs: 0,
  minMs: 0,
  maxMs: 0,
  p50Ms: 0,
  p90Ms: 0,
  p99Ms: 0,
  p999Ms: 0,
  buckets: [],
};

function latencyFromWire({ $type: _, count, buckets, ...times }: Latency): LatencyStats {
  return {
    ...times,
    count: Number(count),
    buckets: buckets.map((bucket) => ({ upperMs: bucket.upperMs, count: Number(bucket.count) })),
  };
}

function dateOf(time: Timestamp | undefined): Date {
  if (time === undefined) return new Date(0);
  return new Date(Number(time.seconds) * 1_000 + Math.round(time.nanos / 1_000_000));
}
