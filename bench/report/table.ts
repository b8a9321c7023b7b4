import { type Figure, isMet, ratioOf, targetText } from "../harness/figure.js";
import type { Summary } from "../harness/statistics.js";
import { shortNumber } from "./numbers.js";

/** The columns of a figure's row. */
export const columns = ["figure", "unit", "ours", "peer", "", "ratio", "target", "met"] as const;

/** A figure as a row: medians with their spreads in brackets. */
export function rowOf(figure: Figure): string[] {
  const { name, unit, ours, peer, peerName, skipped } = figure;
  const ratio = ratioOf(figure);
  const met = isMet(figure);
  return [
    name,
    unit,
    valueText(ours),
    peer === undefined ? (skipped === undefined ? "" : "skipped") : valueText(peer),
    peerName ?? "",
    ratio === undefined ? "" : ratio.toFixed(2),
    targetText(figure) ?? "",
    met === undefined ? "" : met ? "yes" : "no",
  ];
}

/** The figures for a terminal. */
export function toText(figures: readonly Figure[]): string {
  return figures
    .map((figure) => {
      const [name, unit, ours, peer, peerName, ratio, target, met] = rowOf(figure);
      const against = peerName === "" ? "" : `  ${peerName}: ${peer}`;
      const verdict = met === "" ? "" : `  target ${target}: ${met === "yes" ? "met" : "NOT MET"}`;
      const share = ratio === "" ? "" : `  ratio ${ratio}`;
      const reason = figure.skipped === undefined ? "" : `\n    skipped: ${figure.skipped}`;
      return `${name}: ${ours} ${unit}${against}${share}${verdict}${reason}`;
    })
    .join("\n");
}

/** The figures as a table of Markdown. */
export function toMarkdown(figures: readonly Figure[]): string {
  const rows = [columns.map(String), columns.map(() => "---"), ...figures.map(rowOf)];
  return rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function valueText({ median, low, high }: Summary): string {
  return `${shortNumber(median)} (${shortNumber(low)}–${shortNumber(high)})`;
}
