import { cpus } from "node:os";
import type { Performance } from "./harness/perform.js";

const header = [
  "what was done",
  "calls",
  "answered",
  "refused",
  "timed out",
  "not taken",
  "longest overrun",
  "memory, MiB",
  "what was seen",
  "what it must be",
];

/** The text of docs/reliability.md. */
export function pageText(performances: readonly Performance[]): string {
  const missed = performances.filter(({ met }) => !met);
  const rows = performances.map(row);
  const lines = [header, header.map(() => "---"), ...rows].map(
    (cells) => `| ${cells.join(" | ")} |`,
  );
  return `${[
    "# Reliability",
    `Faults, made with real processes over loopback and through a TCP proxy that cuts, stalls, delays, splits, resets and half-closes, and what became of every call. \`npm run test:faults\` plays them all and writes this page; \`npm test\` plays a short form of those that are met. This page was written on ${machine()}.`,
    "Each call ends once: calls = answered + refused + timed out + not taken by the client's queue (`QUEUE_FULL`). The longest overrun is the time by which a call ended after its deadline; in a busy event loop it includes the time of that loop. Memory is the growth of the client's process, then the size of the largest of the others that still ran at the end.",
    missed.length === 0
      ? `All ${performances.length} are as they must be.`
      : `${performances.length - missed.length} of ${performances.length} are as they must be; ✗ marks the others.`,
    lines.join("\n"),
    "A publisher does not account for each event by default: libzmq drops those that a slow subscriber has no room for, and tells nobody. The options `sequence` and `slowSubscribers`, which the last rows have, account for each; [operations.md](operations.md#subscribers-that-are-too-slow) says which one to take.",
    ...(missed.length === 0 ? [] : [reasons(missed)]),
  ].join("\n\n")}\n`;
}

function row({ scenario, seen, met, tally, memory }: Performance): string[] {
  const overrunMs = Math.round(tally.longestOverrunMs);
  return [
    scenario.done,
    tally.sent,
    tally.of("OK"),
    tally.refusals || 0,
    tally.of("TIMEOUT"),
    tally.of("QUEUE_FULL"),
    overrunMs > 0 ? `${overrunMs} ms` : "none",
    memory,
    `${met ? "✓" : "✗"} ${seen.split("\n")[0]}`,
    scenario.must,
  ].map(String);
}

function reasons(missed: readonly Performance[]): string {
  const lines = missed.map(
    ({ scenario }) => `- ${scenario.done}: ${scenario.notYet ?? "not known; see the run"}.`,
  );
  return `Reasons of those that are not met:\n\n${lines.join("\n")}`;
}

function machine(): string {
  const all = cpus();
  return `Node ${process.versions.node}, ${process.platform}, ${all.length} cores (${all[0]?.model.trim() ?? "unknown"})`;
}
