// Rewrites all committed generated code: `npm run generate`. With `--check` it writes nothing, and names
// every file that differs from the present output for its .proto files.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findFiles, generatingFolders } from "./files.mjs";
import { main, root, step } from "./run.mjs";
import { setUp } from "./set-up.mjs";

/**
 * Generates a project's code into a temporary folder and compares it with the project's files.
 *
 * @param {string} folder the folder of the buf.gen.yaml, from the top folder
 * @param {string} [top]
 * @returns {Promise<string[]>} one line for each difference, which begins with the file's path
 */
export async function findOutdated(folder, top = root) {
  const fresh = mkdtempSync(join(tmpdir(), "dividere-generate-"));
  try {
    await generate(folder, top, ["--output", fresh]);
    return outputFolders(join(top, folder)).flatMap((out) =>
      compare(join(top, folder), fresh, out).map((line) => join(folder, line)),
    );
  } finally {
    rmSync(fresh, { recursive: true });
  }
}

/**
 * @param {string} folder
 * @param {string} top
 * @param {readonly string[]} [options]
 */
async function generate(folder, top, options = []) {
  const args = ["generate", ...options];
  await step(`Generating code in ${folder}`, "buf", args, { cwd: join(top, folder) });
}

/**
 * Returns the `out` of every plugin in a project's buf.gen.yaml.
 *
 * @param {string} project
 */
function outputFolders(project) {
  const template = readFileSync(join(project, "buf.gen.yaml"), "utf8");
  const outs = [...template.matchAll(/^\s*(?:- )?out:\s*(\S+)/gm)].map(([, out]) => String(out));
  return [...new Set(outs)];
}

/**
 * @param {string} committed
 * @param {string} fresh
 * @param {string} out
 */
function compare(committed, fresh, out) {
  const all = () => true;
  const before = new Set(findFiles(out, all, committed));
  const after = new Set(findFiles(out, all, fresh));
  return [...new Set([...before, ...after])].sort().flatMap((path) => {
    if (!after.has(path)) return [`${path}: no .proto file gives it any more`];
    if (!before.has(path)) return [`${path}: is missing`];
    const line = firstDifference(join(committed, path), join(fresh, path));
    return line === 0 ? [] : [`${path}:${line}: is not what its .proto file gives`];
  });
}

/**
 * @param {string} one
 * @param {string} other
 * @returns {number} the first different line, from 1; 0 if there is none
 */
function firstDifference(one, other) {
  const [lines, others] = [one, other].map((file) => readFileSync(file, "utf8").split("\n"));
  const length = Math.max(lines?.length ?? 0, others?.length ?? 0);
  for (let index = 0; index < length; index++) {
    if (lines?.[index] !== others?.[index]) return index + 1;
  }
  return 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await main(async () => {
    // A project may be new, and the plugin may have changed.
    await setUp();
    const folders = generatingFolders();
    if (!process.argv.includes("--check")) {
      for (const folder of folders) await generate(folder, root);
      return 0;
    }
    const outdated = [];
    for (const folder of folders) outdated.push(...(await findOutdated(folder)));
    for (const line of outdated) console.log(line);
    if (outdated.length > 0) console.log("\nRun `npm run generate` and commit its output.");
    return outdated.length > 0 ? 1 : 0;
  });
}
