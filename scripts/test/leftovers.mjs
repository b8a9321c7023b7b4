// A temporary folder of a test run's own, in which what the run leaves behind is its own and nobody else's.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What the names of all temporary folders and files of ours begin with. */
const ours = "dividere";

/**
 * Makes the folder, gives it to `run`, and removes it.
 *
 * @template T
 * @param {(folder: string) => Promise<T>} run
 * @returns {Promise<T>}
 */
export async function inTemporaryFolder(run) {
  // A short name: the paths of Unix sockets end after a hundred bytes.
  const folder = mkdtempSync(join(tmpdir(), `${ours}-`));
  try {
    return await run(folder);
  } finally {
    // A process that was just ended may still be writing its last file.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The variables that tell Node.js and other programs where temporary files go. @param {string} folder */
export function temporaryIn(folder) {
  return { TMPDIR: folder, TMP: folder, TEMP: folder };
}

/**
 * What of ours is left in a folder; the caches of the tools that a run uses are not.
 *
 * @param {string} folder
 */
export function findLeftovers(folder) {
  return readdirSync(folder)
    .filter((name) => name.startsWith(ours))
    .sort();
}
