// A temporary folder for one test run, so that all files in it are leftovers of this run.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The prefix of the names of all temporary folders and files of this project. */
const ours = "dividere";

/**
 * Makes the folder, gives it to `run`, and removes it.
 *
 * @template T
 * @param {(folder: string) => Promise<T>} run
 * @returns {Promise<T>}
 */
export async function inTemporaryFolder(run) {
  // A short name: the path of a Unix socket has at most a hundred bytes.
  const folder = mkdtempSync(join(tmpdir(), `${ours}-`));
  try {
    return await run(folder);
  } finally {
    // A process that has just ended may still write its last file.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The variables that tell Node.js and other programs where temporary files go. @param {string} folder */
export function temporaryIn(folder) {
  return { TMPDIR: folder, TMP: folder, TEMP: folder };
}

/**
 * Returns this project's leftovers in a folder, without the caches of tools.
 *
 * @param {string} folder
 */
export function findLeftovers(folder) {
  return readdirSync(folder)
    .filter((name) => name.startsWith(ours))
    .sort();
}
