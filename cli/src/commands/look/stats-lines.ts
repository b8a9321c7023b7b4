import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { LinkStats, RpcStats, Stats } from "../../gen/dividere/v1/introspection_pb.js";
import { age, bytes, count, milliseconds } from "../../output/numbers.js";
import type { Output } from "../../output/output.js";
import { printable } from "../../output/printable.js";
import type { Reading } from "../../output/prometheus.js";
import { type Column, table } from "../../output/table.js";

/**
 * Returns the counters of a process as lines of text.
 *
 * @param before - An earlier reading, from which the calls a second follow.
 */
export function statsLines(
  out: Output,
  { service, endpoint, stats }: Reading,
  before: Stats | undefined,
): readonly string[] {
  const name = service === endpoint ? endpoint : `${service}  ${endpoint}`;
  const up = stats.startedAt === undefined ? "" : `  up ${age(timestampDate(stats.startedAt))}`;
  const workers = stats.workers > 0 ? `, ${stats.workers} workers` : "";
  const lines = [
    `${out.paint("bold", printable(name))}${up}`,
    `in flight ${stats.inFlight} of ${stats.concurrency}${workers}, memory ${bytes(stats.residentBytes)}, heap ${bytes(stats.heapBytes)}`,
  ];
  if (stats.rpcs.length > 0) lines.push("", ...table(out, rpcColumns(stats, before), stats.rpcs));
  lines.push(...failureLines(stats.rpcs));
  if (stats.links.length > 0) lines.push("", ...table(out, linkColumns, stats.links));
  return lines;
}

function rpcColumns(stats: Stats, before: Stats | undefined): readonly Column<RpcStats>[] {
  const seconds = secondsBetween(before, stats);
  const earlier = new Map(before?.rpcs.map((rpc) => [rpc.rpc, rpc.started]));
  const latency = (title: string, value: (rpc: RpcStats) => number | undefined) => ({
    title,
    align: "right" as const,
    cell: (rpc: RpcStats) => {
      const time = Number(rpc.latency?.count ?? 0n) === 0 ? undefined : value(rpc);
      return time === undefined ? "-" : milliseconds(time);
    },
  });
  const rate: Column<RpcStats> = {
    title: "/S",
    align: "right",
    cell: ({ rpc, started }) => count(Number(started - (earlier.get(rpc) ?? 0n)) / seconds),
  };
  return [
    { title: "RPC", shrinks: true, cell: ({ rpc }) => rpc },
    { title: "CALLS", align: "right", cell: ({ started }) => count(started) },
    ...(Number.isFinite(seconds) && seconds > 0 ? [rate] : []),
    {
      title: "FAILED",
      align: "right",
      cell: ({ failed }) => count(failed),
      style: ({ failed }) => (failed > 0n ? "red" : undefined),
    },
    { title: "NOW", align: "right", cell: ({ inFlight }) => count(inFlight) },
    latency("P50", (rpc) => rpc.latency?.p50Ms),
    latency("P90", (rpc) => rpc.latency?.p90Ms),
    latency("P99", (rpc) => rpc.latency?.p99Ms),
    latency("MAX", (rpc) => rpc.latency?.maxMs),
  ];
}

/** Returns the time between two readings of one instance; `NaN` if there is no earlier one. */
function secondsBetween(before: Stats | undefined, stats: Stats): number {
  if (before?.readAt === undefined || stats.readAt === undefined) return Number.NaN;
  if (before.instance !== stats.instance) return Number.NaN;
  const elapsed = timestampDate(stats.readAt).getTime() - timestampDate(before.readAt).getTime();
  return elapsed / 1_000;
}

function failureLines(rpcs: readonly RpcStats[]): readonly string[] {
  const lines = rpcs
    .filter(({ failed }) => failed > 0n)
    .map(({ rpc, failures }) => {
      const each = Object.entries(failures).map(([code, times]) => `${code} ${count(times)}`);
      return printable(`${rpc} failed: ${each.join(", ")}`);
    });
  return lines.length === 0 ? [] : ["", ...lines];
}

const linkColumns: readonly Column<LinkStats>[] = [
  { title: "LINK", cell: ({ kind }) => kind },
  { title: "ENDPOINTS", shrinks: true, cell: ({ endpoints }) => endpoints.join(" ") },
  { title: "SENT", align: "right", cell: ({ sent }) => count(sent) },
  { title: "RECEIVED", align: "right", cell: ({ received }) => count(received) },
  {
    title: "DROPPED",
    align: "right",
    cell: ({ dropped }) => count(dropped),
    style: ({ dropped }) => (dropped > 0n ? "red" : undefined),
  },
  { title: "PEERS", align: "right", cell: ({ peers }) => count(peers) },
];
