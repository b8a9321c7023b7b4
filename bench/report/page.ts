import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { version as zeromqVersion } from "zeromq";
import { actualText, type Figure, isMet, targetText } from "../harness/figure.js";
import type { Group, Measured } from "../harness/group.js";
import type { Chart } from "./chart.js";
import type { ProcessProfile } from "./profile/process-profile.js";
import { profileTable } from "./profile/profile-text.js";
import { toSvg } from "./svg.js";
import { toMarkdown } from "./table.js";

/** A group, its results, and the profiles of figures, which are those that missed their targets. */
export interface Section {
  readonly group: Group;
  readonly measured: Measured;
  readonly profiles: ReadonlyMap<Figure, readonly ProcessProfile[]>;
}

/** Writes docs/performance.md and its pictures. */
export function writePage(docs: string, sections: readonly Section[], rounds: string): void {
  const pictures = join(docs, "performance");
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures, { recursive: true });
  for (const { measured } of sections) {
    for (const chart of measured.charts) {
      writeFileSync(join(pictures, `${chart.name}.svg`), toSvg(chart));
    }
  }
  writeFileSync(join(docs, "performance.md"), pageText(sections, rounds));
}

/** The text of the page. */
export function pageText(sections: readonly Section[], rounds: string): string {
  const figures = sections.flatMap(({ measured }) => measured.figures);
  const withTarget = figures.filter((figure) => isMet(figure) !== undefined);
  const missed = withTarget.filter((figure) => isMet(figure) === false);
  return [
    "# Performance",
    `Written by \`npm run bench -- --report\` on ${machine()}. ${rounds} Figures differ from machine to machine and from run to run; the ratios, taken in the same run with the peers in turns, differ least. A value is the median of its rounds, with the lowest and the highest in brackets.`,
    `${withTarget.length - missed.length} of ${withTarget.length} targets are met.${missed.length === 0 ? "" : " Missed:"}`,
    ...(missed.length === 0 ? [] : [missed.map(missedText).join("\n")]),
    "Run one group with `npm run bench -- NAME`, all of them in two minutes with `--quick`, and get a line of JSON a figure with `--json`. A figure that misses its target comes with a profile of our processes, from a run of its own; `--profile` makes one for every figure.",
    ...sections.map(sectionText),
    "",
  ].join("\n\n");
}

function missedText(figure: Figure): string {
  const { name, peerName } = figure;
  const against = peerName === undefined ? "" : `, against ${peerName}`;
  return `- ${name}${against}: ${actualText(figure)}, where ${targetText(figure)} is the target`;
}

function sectionText({ group, measured, profiles }: Section): string {
  const skips = new Map(
    measured.figures.flatMap(({ peerName, skipped }) =>
      skipped === undefined ? [] : [[peerName ?? "", skipped] as const],
    ),
  );
  return [
    `## ${group.title}`,
    `${group.about} (\`npm run bench -- ${group.name}\`)`,
    ...measured.charts.map(imageText),
    toMarkdown(measured.figures),
    ...[...skips].map(([peer, reason]) => `${peer} was skipped: ${reason}.`),
    // Figures that differ in their peers alone have one profile.
    ...[...new Map([...profiles].map(([{ name }, each]) => [name, each]))].map(
      ([name, each]) => `**Where the time goes**, ${name}:\n\n${profileTable(each)}`,
    ),
  ].join("\n\n");
}

function imageText({ name, title, unit }: Chart): string {
  return `![${title}, ${unit}](performance/${name}.svg)`;
}

function machine(): string {
  const all = cpus();
  const model = all[0]?.model.trim() ?? "an unknown processor";
  return `${all.length} cores of ${model}, ${process.platform}, Node.js ${process.versions.node}, libzmq ${zeromqVersion}`;
}
