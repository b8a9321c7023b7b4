// `buf breaking` of proto/ against the last two commits: once a change is committed, only the commit
// before it still differs from the files.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { capture, main, root, step } from "../run.mjs";
import { report } from "./report.mjs";

/**
 * @param {string} [top] a repository with a proto/
 * @returns {Promise<string[]>} one line for each breaking change, with file, line and column
 */
export async function findBreaks(top = root) {
  const findings = [];
  for (const commit of ["HEAD", "HEAD~1"]) {
    const found = await capture("git", ["cat-file", "-e", `${commit}:proto`], { cwd: top });
    // A first commit has no commit before it, nor has a clone of one commit.
    if (found.status === 0) findings.push(...(await breaksAgainst(commit, top)));
  }
  return findings;
}

/**
 * @param {string} commit
 * @param {string} top
 */
async function breaksAgainst(commit, top) {
  const folder = mkdtempSync(join(tmpdir(), "dividere-breaking-"));
  try {
    const before = join(folder, "proto.tar");
    const archive = ["archive", `--output=${before}`, `${commit}:proto`];
    await step(`Reading the schema of ${commit}`, "git", archive, { cwd: top });
    const breaking = ["breaking", "proto", "--against", before];
    const { status, output } = await capture("buf", breaking, { cwd: top });
    if (status === 0) return [];
    const lines = output.trim().split("\n");
    return lines.map((line) => `${line} (compared with ${commit})`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await main(async () => report(await findBreaks()));
}
