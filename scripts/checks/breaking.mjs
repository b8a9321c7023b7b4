// `buf breaking` of proto/ against what is committed: the last commit, and the one before it, which is what
// still differs from the files once a change has been committed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capture, main, step } from "../run.mjs";

await main(async () => {
  let status = 0;
  for (const commit of ["HEAD", "HEAD~1"]) {
    const { status: missing } = await capture("git", ["cat-file", "-e", `${commit}:proto`]);
    if (missing !== 0) {
      console.log(`${commit} has no proto/ to compare with.`);
      continue;
    }
    status ||= await breaks(commit);
  }
  return status;
});

/** @param {string} commit */
async function breaks(commit) {
  const folder = mkdtempSync(join(tmpdir(), "dividere-breaking-"));
  try {
    const before = join(folder, "proto.tar");
    await step(`Reading the schema of ${commit}`, "git", [
      "archive",
      `--output=${before}`,
      `${commit}:proto`,
    ]);
    const { status, output } = await capture("buf", ["breaking", "proto", "--against", before]);
    if (status !== 0) console.log(`Against ${commit}:\n${output}`);
    return status === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
