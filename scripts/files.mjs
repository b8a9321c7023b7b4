// Finds files of this repository. Node's own modules only: it runs before anything is installed.
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { root } from "./run.mjs";

const skipped = new Set(["node_modules", "dist", ".git", ".cache"]);

/**
 * Every file below `folder` that `wanted` picks, in a fixed order, as paths from the top folder with `/`.
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

/** Their tests generate into folders of their own. */
const generatedByTests = ["test/golden/", "test/pack/"];

/** The folders in which `buf generate` is run, and what it writes is committed: those with a buf.gen.yaml. */
export function generatingFolders() {
  return findFiles(".", (path) => path.endsWith("buf.gen.yaml"))
    .filter((path) => !generatedByTests.some((folder) => path.startsWith(folder)))
    .map((path) => dirname(path));
}
