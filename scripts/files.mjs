// Finds files of this repository. Uses only Node's own modules: it runs before the packages are installed.
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { root } from "./run.mjs";

const skipped = new Set(["node_modules", "dist", ".git", ".cache", ".venv"]);

/**
 * Returns every file below `folder` that `wanted` picks, in a fixed order, as paths from the top folder with `/`.
 *
 * @param {string} folder a path from the top folder; one that doesn't exist holds no files
 * @param {(path: string) => boolean} wanted
 * @param {string} [top]
 * @returns {string[]}
 */
export function findFiles(folder, wanted, top = root) {
  const start = join(top, folder);
  if (!existsSync(start)) return [];
  return readdirSync(start, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = relative(top, join(start, entry.name)).split(sep).join("/");
      if (entry.isDirectory()) return skipped.has(entry.name) ? [] : findFiles(path, wanted, top);
      return wanted(path) ? [path] : [];
    });
}

/** Folders whose tests generate code elsewhere. */
const generatedByTests = ["test/golden/", "test/pack/"];

/** Returns the folders with a buf.gen.yaml whose generated code is committed. */
export function generatingFolders() {
  return findFiles(".", (path) => path.endsWith("buf.gen.yaml"))
    .filter((path) => !generatedByTests.some((folder) => path.startsWith(folder)))
    .map((path) => dirname(path));
}
