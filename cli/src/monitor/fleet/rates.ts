import { timestampMs } from "@bufbuild/protobuf/wkt";
import type {
  Latency,
  LinkStats,
  RpcStats,
  Stats,
} from "../../gen/dividere/v1/introspection_pb.js";
import type { LinkRow } from "../protocol.js";
import { type Buckets, bucketsOf, withoutEarlier } from "./latency.js";

/** What one rpc did between two readings. */
export interface RpcRate {
  readonly path: string;
  readonly callsPerSecond: number;
  readonly errorsPerSecond: number;
  /** The times of the calls that ended in between. */
  readonly times: Buckets;
}

/** What a process did between two readings. */
export interface Rates {
  readonly callsPerSecond: number;
  readonly errorsPerSecond: number;
  readonly rpcs: readonly RpcRate[];
  readonly links: readonly LinkRow[];
}

/**
 * Computes rates from two readings of the counters of an endpoint. If another process answers there
 * now, its counters began at zero with its start.
 *
 * @param before - The earlier reading; without one there are no rates yet, only counts.
 */
export function ratesBetween(before: Stats | undefined, now: Stats): Rates {
  const restarted = before !== undefined && isRestart(before, now);
  const base = restarted ? undefined : before;
  const from = restarted ? startOf(before, now) : before?.readAt && timestampMs(before.readAt);
  const elapsedMs =
    now.readAt === undefined || from === undefined ? 0 : timestampMs(now.readAt) - from;
  // The clock of the other machine may have been set back.
  const seconds = elapsedMs > 0 ? elapsedMs / 1_000 : Number.POSITIVE_INFINITY;
  const earlier = new Map(base?.rpcs.map((rpc) => [rpc.rpc, rpc]));
  const links = new Map(base?.links.map((link) => [keyOf(link), link]));
  const hasBase = before !== undefined;
  const rpcs = now.rpcs.map((rpc) => rpcRate(earlier.get(rpc.rpc), rpc, seconds, hasBase));
  return {
    callsPerSecond: sum(rpcs, (rpc) => rpc.callsPerSecond),
    errorsPerSecond: sum(rpcs, (rpc) => rpc.errorsPerSecond),
    rpcs,
    links: now.links.map((link) => linkRow(links.get(keyOf(link)), link, seconds, hasBase)),
  };
}

/** Whether another process answers than at the earlier reading. */
export function isRestart(before: Stats, now: Stats): boolean {
  if (before.instance !== now.instance) return true;
  const earlier = new Map(before.rpcs.map((rpc) => [rpc.rpc, rpc.started]));
  return now.rpcs.some(({ rpc, started }) => started < (earlier.get(rpc) ?? 0n));
}

/** The start of the new process's counters; not before the last reading of the old one. */
function startOf(before: Stats, now: Stats): number | undefined {
  const times = [before.readAt, now.startedAt].flatMap((time) => (time ? [timestampMs(time)] : []));
  return times.length === 0 ? undefined : Math.max(...times);
}

function rpcRate(
  before: RpcStats | undefined,
  now: RpcStats,
  seconds: number,
  hasBase: boolean,
): RpcRate {
  const path = now.rpc;
  if (!hasBase) return { path, callsPerSecond: 0, errorsPerSecond: 0, times: bucketsOf(undefined) };
  return {
    path,
    callsPerSecond: Number(now.started - (before?.started ?? 0n)) / seconds,
    errorsPerSecond: Math.max(0, Number(now.failed - (before?.failed ?? 0n))) / seconds,
    times: timesBetween(before?.latency, now.latency),
  };
}

function timesBetween(before: Latency | undefined, now: Latency | undefined): Buckets {
  return withoutEarlier(bucketsOf(now), bucketsOf(before));
}

function linkRow(
  before: LinkStats | undefined,
  now: LinkStats,
  seconds: number,
  hasBase: boolean,
): LinkRow {
  const rate = (count: (link: LinkStats) => bigint): number =>
    hasBase ? Math.max(0, Number(count(now) - (before ? count(before) : 0n))) / seconds : 0;
  return {
    sentPerSecond: rate((link) => link.sent),
    receivedPerSecond: rate((link) => link.received),
    dropped: Number(now.dropped),
    peers: now.peers,
  };
}

function keyOf({ kind, endpoints }: LinkStats): string {
  return [kind, ...endpoints].join(" ");
}

/** Adds up a number of each item. */
export function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
