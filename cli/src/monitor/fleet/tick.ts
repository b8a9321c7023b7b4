import type { InstanceTick, LinkRow, Point, RpcRow, Tick } from "../protocol.js";
import type { Follower } from "./follower.js";
import { isOwn, nameOf, type Row } from "./instance.js";
import { type Buckets, bucketsOf, merged, percentilesOf } from "./latency.js";
import { type RpcRate, sum } from "./rates.js";

/** Gathers the counters of all instances. */
export function tickOf(rows: readonly Row[], time: number): Tick {
  const byName = groupBy(rows, nameOf);
  return {
    time,
    total: pointOf(followersOf(rows), time),
    services: mapValues(byName, (own) => pointOf(followersOf(own), time)),
    instances: Object.fromEntries(rows.map((row) => [row.key, instanceTick(row.follower, time)])),
    rpcs: mapValues(byName, (own) => rpcRows(followersOf(own))),
  };
}

/** A point without calls. */
export function idlePoint(time: number): Point {
  return [time, 0, 0, null, null, null, 0, 0];
}

/** Several names may be at one endpoint, whose calls count once. */
function followersOf(rows: readonly Row[]): readonly Follower[] {
  return [...new Set(rows.map(({ follower }) => follower))];
}

function pointOf(followers: readonly Follower[], time: number): Point {
  const [calls, events] = partition(followers);
  const { p50, p90, p99 } = percentilesOf(merged(calls.map(({ times }) => times)));
  const inFlight = sum(followers, (it) => (it.rates === undefined ? 0 : (it.stats?.inFlight ?? 0)));
  return [
    time,
    sum(calls, (rpc) => rpc.callsPerSecond),
    sum([...calls, ...events], (rpc) => rpc.errorsPerSecond),
    p50,
    p90,
    p99,
    inFlight,
    sum(events, (rpc) => rpc.callsPerSecond),
  ];
}

/** Returns the rates of the calls, and those of the events. */
function partition(followers: readonly Follower[]): readonly [calls: RpcRate[], events: RpcRate[]] {
  const calls: RpcRate[] = [];
  const events: RpcRate[] = [];
  for (const follower of followers) {
    const published = publishedPaths(follower);
    for (const rate of applicationRates(follower)) {
      (published.has(rate.path) ? events : calls).push(rate);
    }
  }
  return [calls, events];
}

function publishedPaths({ description }: Follower): ReadonlySet<string> {
  const paths = (description?.services ?? []).flatMap(({ typeName, rpcs }) =>
    rpcs.filter((rpc) => rpc.published).map(({ name }) => `${typeName}/${name}`),
  );
  return new Set(paths);
}

/** The monitor's own questions are not what its user looks at. */
function applicationRates({ rates }: Follower): readonly RpcRate[] {
  return (rates?.rpcs ?? []).filter(({ path }) => !isOwn(path));
}

function instanceTick(follower: Follower, time: number): InstanceTick {
  const { stats, rates } = follower;
  const idle = (): readonly LinkRow[] =>
    (stats?.links ?? []).map(({ dropped }) => ({
      sentPerSecond: 0,
      receivedPerSecond: 0,
      dropped: Number(dropped),
      peers: 0,
    }));
  return {
    point: pointOf([follower], time),
    residentBytes: Number(stats?.residentBytes ?? 0),
    heapBytes: Number(stats?.heapBytes ?? 0),
    workers: stats?.workers ?? 0,
    concurrency: stats?.concurrency ?? 0,
    links: rates?.links ?? idle(),
  };
}

interface RpcTotals {
  started: number;
  failed: number;
  inFlight: number;
  callsPerSecond: number;
  errorsPerSecond: number;
  readonly failures: Record<string, number>;
  readonly times: Buckets[];
}

function rpcRows(followers: readonly Follower[]): readonly RpcRow[] {
  const totals = new Map<string, RpcTotals>();
  for (const follower of followers) addTotals(totals, follower);
  return Array.from(totals, ([path, { times, ...counts }]) => {
    const { p50, p90, p99, max } = percentilesOf(merged(times));
    return { path, ...counts, p50, p90, p99, max };
  });
}

function addTotals(totals: Map<string, RpcTotals>, follower: Follower): void {
  const rates = new Map(applicationRates(follower).map((rate) => [rate.path, rate]));
  for (const rpc of follower.stats?.rpcs ?? []) {
    if (isOwn(rpc.rpc)) continue;
    let total = totals.get(rpc.rpc);
    if (total === undefined) {
      total = { ...nothing, failures: {}, times: [] };
      totals.set(rpc.rpc, total);
    }
    const rate = rates.get(rpc.rpc);
    total.started += Number(rpc.started);
    total.failed += Number(rpc.failed);
    total.inFlight += rate === undefined ? 0 : rpc.inFlight;
    total.callsPerSecond += rate?.callsPerSecond ?? 0;
    total.errorsPerSecond += rate?.errorsPerSecond ?? 0;
    total.times.push(bucketsOf(rpc.latency));
    for (const [code, count] of Object.entries(rpc.failures)) {
      total.failures[code] = (total.failures[code] ?? 0) + Number(count);
    }
  }
}

const nothing = { started: 0, failed: 0, inFlight: 0, callsPerSecond: 0, errorsPerSecond: 0 };

function groupBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const own = groups.get(key(item));
    if (own === undefined) groups.set(key(item), [item]);
    else own.push(item);
  }
  return groups;
}

function mapValues<T, R>(map: ReadonlyMap<string, T>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Array.from(map, ([key, value]) => [key, change(value)]));
}
