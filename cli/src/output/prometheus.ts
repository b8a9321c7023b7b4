import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { LinkStats, RpcStats, Stats } from "../gen/dividere/v1/introspection_pb.js";

/** The counters of a process, and the names that tell it apart. */
export interface Reading {
  /** The name in the registry, or the endpoint. */
  readonly service: string;
  readonly endpoint: string;
  readonly stats: Stats;
}

/** The upper bounds of the buckets, in seconds: the usual ones of Prometheus, and two below them. */
const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [suffix: string, labels: Labels, value: number | bigint];

/** Returns counters in the text format of Prometheus, version 0.0.4. */
export function prometheusText(readings: readonly Reading[]): string {
  const rpcs = samplesOf(readings, ({ stats }) => stats.rpcs);
  const links = samplesOf(readings, ({ stats }) => stats.links);
  const processes = samplesOf(readings, ({ stats }) => [stats]);
  return [
    family(
      "dividere_rpc_started_total",
      "counter",
      "Calls, or events, that were taken.",
      rpcs,
      rpcCount((rpc) => rpc.started),
    ),
    family(
      "dividere_rpc_succeeded_total",
      "counter",
      "Calls that succeeded.",
      rpcs,
      rpcCount((rpc) => rpc.succeeded),
    ),
    family(
      "dividere_rpc_failed_total",
      "counter",
      "Calls that failed, by status code.",
      rpcs,
      failures,
    ),
    family(
      "dividere_rpc_in_flight",
      "gauge",
      "Calls whose handlers run now.",
      rpcs,
      rpcCount((rpc) => rpc.inFlight),
    ),
    family(
      "dividere_rpc_duration_seconds",
      "histogram",
      "Times from the request to the answer.",
      rpcs,
      durations,
    ),
    family(
      "dividere_link_sent_total",
      "counter",
      "Messages that were sent.",
      links,
      linkCount((link) => link.sent),
    ),
    family(
      "dividere_link_received_total",
      "counter",
      "Messages that were received.",
      links,
      linkCount((link) => link.received),
    ),
    family(
      "dividere_link_dropped_total",
      "counter",
      "Messages that were dropped.",
      links,
      linkCount((link) => link.dropped),
    ),
    family(
      "dividere_link_peers",
      "gauge",
      "Connected peers.",
      links,
      linkCount((link) => link.peers),
    ),
    family("dividere_in_flight", "gauge", "Handlers that run now.", processes, (stats, labels) => [
      ["", labels, stats.inFlight],
    ]),
    family(
      "dividere_concurrency",
      "gauge",
      "The most handlers that may run.",
      processes,
      (stats, labels) => [["", labels, stats.concurrency]],
    ),
    family(
      "dividere_workers",
      "gauge",
      "The processes that run the handlers.",
      processes,
      (stats, labels) => [["", labels, stats.workers]],
    ),
    family(
      "dividere_resident_memory_bytes",
      "gauge",
      "The process's memory.",
      processes,
      (stats, labels) => [["", labels, stats.residentBytes]],
    ),
    family(
      "dividere_heap_bytes",
      "gauge",
      "The memory of JavaScript's objects.",
      processes,
      (stats, labels) => [["", labels, stats.heapBytes]],
    ),
    family(
      "dividere_start_time_seconds",
      "gauge",
      "The start, since 1970.",
      processes,
      (stats, labels) =>
        stats.startedAt === undefined
          ? []
          : [["", labels, timestampDate(stats.startedAt).getTime() / 1_000]],
    ),
  ].join("");
}

function samplesOf<T>(
  readings: readonly Reading[],
  items: (reading: Reading) => readonly T[],
): readonly (readonly [item: T, labels: Labels])[] {
  return readings.flatMap((reading) => {
    const { service, endpoint, stats } = reading;
    const labels = { service, endpoint, instance_id: stats.instance };
    return items(reading).map((item) => [item, labels] as const);
  });
}

function family<T>(
  name: string,
  type: string,
  help: string,
  items: readonly (readonly [item: T, labels: Labels])[],
  samples: (item: T, labels: Labels) => readonly Sample[],
): string {
  const lines = items
    .flatMap(([item, labels]) => samples(item, labels))
    .map(([suffix, labels, value]) => `${name}${suffix}{${text(labels)}} ${value}\n`);
  return lines.length === 0
    ? ""
    : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function rpcCount(
  value: (rpc: RpcStats) => bigint | number,
): (rpc: RpcStats, labels: Labels) => readonly Sample[] {
  return (rpc, labels) => [["", { ...labels, rpc: rpc.rpc }, value(rpc)]];
}

function linkCount(
  value: (link: LinkStats) => bigint | number,
): (link: LinkStats, labels: Labels) => readonly Sample[] {
  return (link, labels) => [
    ["", { ...labels, kind: link.kind, link: link.endpoints.join(" ") }, value(link)],
  ];
}

function failures({ rpc, failures: counts }: RpcStats, labels: Labels): readonly Sample[] {
  return Object.entries(counts).map(([code, value]) => ["", { ...labels, rpc, code }, value]);
}

function durations({ rpc, latency }: RpcStats, labels: Labels): readonly Sample[] {
  if (latency === undefined) return [];
  const own = { ...labels, rpc };
  const buckets = BOUNDS.map((bound): Sample => {
    const below = latency.buckets.filter(({ upperMs }) => upperMs <= bound * 1_000);
    return [
      "_bucket",
      { ...own, le: String(bound) },
      below.reduce((sum, it) => sum + it.count, 0n),
    ];
  });
  return [
    ...buckets,
    ["_bucket", { ...own, le: "+Inf" }, latency.count],
    ["_sum", own, latency.sumMs / 1_000],
    ["_count", own, latency.count],
  ];
}

function text(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n")}"`)
    .join(",");
}
