import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { root } from "../support/child.js";
import type { Outcome } from "./kills.js";

const page = join(root, "docs", "discovery.md");

const header = [
  "killed",
  "calls",
  "failed",
  "slowest call",
  "every list right without it",
  "and after its restart",
];

/** Writes the table of docs/discovery.md. */
export function writeTable(outcomes: readonly Outcome[]): void {
  const lines = [header, header.map(() => "---"), ...outcomes.map(row)].map(
    (cells) => `| ${cells.join(" | ")} |`,
  );
  const [cpu] = cpus();
  const machine = `Node ${process.versions.node}, ${process.platform}, ${cpus().length} cores (${cpu?.model.trim() ?? "unknown"})`;
  const text = `<!-- kills -->\n\nWritten by the run, on ${machine}.\n\n${lines.join("\n")}\n\n<!-- /kills -->`;
  const before = readFileSync(page, "utf8");
  writeFileSync(
    page,
    before.replace(/<!-- kills -->[\s\S]*<!-- \/kills -->/, () => text),
  );
}

function row({ killed, calls, failures, slowestMs, goneMs, backMs }: Outcome): readonly string[] {
  const gone = goneMs === undefined ? "–" : seconds(goneMs);
  return [
    killed,
    String(calls),
    String(failures.length),
    `${Math.round(slowestMs)} ms`,
    gone,
    seconds(backMs),
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
