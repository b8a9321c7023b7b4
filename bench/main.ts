// Measures: `npm run bench`, with a word for a group of figures (`npm run bench -- publish calls`); see scripts/bench.mjs.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main, paint, root, StepFailed } from "../scripts/run.mjs";
import { buildRoles } from "./build.js";
import { brokers } from "./figures/brokers.js";
import { calls } from "./figures/calls.js";
import { codec } from "./figures/codec.js";
import { codegen } from "./figures/codegen.js";
import { growth } from "./figures/growth.js";
import { importCosts } from "./figures/imports.js";
import { publish } from "./figures/publish.js";
import { registry } from "./figures/registry.js";
import { workers } from "./figures/workers.js";
import { type Arguments, readArguments } from "./harness/arguments.js";
import { type Efforts, fullEffort, quickEffort } from "./harness/effort.js";
import { type Figure, isMet, toLine } from "./harness/figure.js";
import type { Group } from "./harness/group.js";
import { type Section, writePage } from "./report/page.js";
import { type ProcessProfile, readProfiles } from "./report/profile/process-profile.js";
import { profileText } from "./report/profile/profile-text.js";
import { toText } from "./report/table.js";
import { installPeers } from "./subjects/peers.js";

const groups: readonly Group[] = [
  publish,
  calls,
  brokers,
  workers,
  codec,
  growth,
  registry,
  importCosts,
  codegen,
];

await main(async () => {
  const args = parse();
  const efforts = args.quick ? quickEffort : fullEffort;
  const chosen = groups.filter(({ name }) => args.names.length === 0 || args.names.includes(name));
  if (args.install) installPeers();
  await buildRoles();
  const sections: Section[] = [];
  const failed: string[] = [];
  for (const group of chosen) {
    try {
      sections.push(await run(group, efforts, args));
    } catch (error) {
      // The other groups are measured all the same.
      failed.push(group.name);
      console.error(error);
    }
  }
  if (failed.length > 0) throw new StepFailed(`Not measured: ${failed.join(", ")}; see above.`);
  if (args.report) {
    writePage(join(root, "docs"), sections, effortText(efforts));
    process.stderr.write("docs/performance.md is written; look at it and its pictures.\n");
  }
  // A target that is missed is a result, not a failure.
  return 0;
});

function parse(): Arguments {
  try {
    return readArguments(
      process.argv.slice(2),
      groups.map(({ name }) => name),
    );
  } catch (error) {
    throw new StepFailed(error instanceof Error ? error.message : String(error));
  }
}

async function run(group: Group, efforts: Efforts, args: Arguments): Promise<Section> {
  const { bold, dim } = paint(process.stderr);
  process.stderr.write(`${bold(group.title)} ${dim("…")}\n`);
  const started = performance.now();
  const measured = await group.measure(efforts);
  const wanted = (figure: Figure): boolean => args.profile || isMet(figure) === false;
  const profiles = await profileAll(measured.figures.filter(wanted));
  const shown = new Set<readonly ProcessProfile[]>();
  for (const figure of measured.figures) {
    const profile = profiles.get(figure);
    console.log(args.json ? JSON.stringify(toLine(figure, profile)) : toText([figure]));
    if (profile === undefined || args.json || shown.has(profile)) continue;
    shown.add(profile);
    console.log(`\n${profile.map(profileText).join("\n\n")}\n`);
  }
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  process.stderr.write(`${dim(`${group.title}: ${seconds} s`)}\n\n`);
  return { group, measured, profiles };
}

/** Runs our side of figures under the profiler, once for all figures of one name, which differ in their peers alone. */
async function profileAll(
  figures: readonly Figure[],
): Promise<Map<Figure, readonly ProcessProfile[]>> {
  const profiles = new Map<Figure, readonly ProcessProfile[]>();
  const byName = new Map<string, readonly ProcessProfile[]>();
  for (const figure of figures) {
    const same = byName.get(figure.name);
    if (same !== undefined) profiles.set(figure, same);
    if (figure.profile === undefined || same !== undefined) continue;
    const folder = mkdtempSync(join(tmpdir(), "dividere-profiles-"));
    try {
      await figure.profile(folder);
      const made = readProfiles(folder);
      profiles.set(figure, made);
      byName.set(figure.name, made);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  return profiles;
}

function effortText({ rounds, roundSeconds, quick }: Efforts): string {
  return `${rounds} rounds of ${roundSeconds} s${quick ? ", a quick run, which shows orders and not shares" : ""}.`;
}
