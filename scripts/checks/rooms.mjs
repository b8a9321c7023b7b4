// The rooms rule: a folder holds at most a dozen hand-written files, a hand-written file has at most 300 lines, and no two
// files import each other, directly or through others.
import { readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { pathToFileURL } from "node:url";
import { Project } from "ts-morph";
import { findFiles } from "../files.mjs";
import { root } from "../run.mjs";
import { report } from "./report.mjs";

const mostFiles = 12;
const mostLines = 300;
const mostMedianLines = 110;

/** The packages' sources. */
const sources = ["runtime/src", "plugin/src", "cli/src", "cli/web"];

/** Everything else that is written by hand. */
const others = ["test", "examples", "scripts", "bench"];

/** What tests compare with, each case as it has to be. */
const golden = "test/golden/";

const isWritten = (/** @type {string} */ path) =>
  /\.([cm]?[jt]sx?|css|py|go|cpp|sh|proto)$/.test(path) &&
  !path.split("/").includes("gen") &&
  !path.startsWith(golden);

/**
 * @param {string} source a folder
 * @param {string} [top] the folder that `source` and the findings are relative to
 * @returns {string[]} one line for each finding
 */
export function findCrowds(source, top = root) {
  const files = findFiles(source, isWritten, top);
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const path of files) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  const crowds = [...counts]
    .filter(([, count]) => count > mostFiles)
    .map(([folder, count]) => `${folder}: has ${count} files side by side, more than ${mostFiles}`);
  const lengths = files.map((path) => ({ path, lines: linesOf(join(top, path)) }));
  const long = lengths
    .filter(({ lines }) => lines > mostLines)
    .map(({ path, lines }) => `${path}: has ${lines} lines, more than ${mostLines}`);
  return [...crowds, ...long];
}

/**
 * @param {readonly string[]} folders
 * @param {string} [top]
 * @returns {string[]} a finding if the median length is too great
 */
export function findMedian(folders, top = root) {
  const lengths = folders
    .flatMap((folder) => findFiles(folder, isWritten, top))
    .map((path) => linesOf(join(top, path)))
    .sort((a, b) => a - b);
  const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
  return median > mostMedianLines
    ? [`${folders.join(", ")}: half of the files have ${median} lines or more`]
    : [];
}

/**
 * @param {string} source a folder
 * @param {string} [top]
 * @returns {string[]} one line for each circle of imports, including imports of types
 */
export function findCircles(source, top = root) {
  const imports = importsOf(source, top);
  /** @type {Set<string>} */
  const done = new Set();
  /** @type {string[]} */
  const way = [];
  /** @type {string[]} */
  const circles = [];
  const visit = (/** @type {string} */ path) => {
    const at = way.indexOf(path);
    if (at >= 0) circles.push([...way.slice(at), path].join(" → "));
    if (at >= 0 || done.has(path)) return;
    way.push(path);
    for (const next of imports.get(path) ?? []) visit(next);
    way.pop();
    done.add(path);
  };
  for (const path of imports.keys()) visit(path);
  return circles.map((circle) => `${circle}: a circle of imports`);
}

/**
 * @param {string} source
 * @param {string} top
 * @returns {Map<string, string[]>} for each file of a folder, the files of that folder that it imports
 */
function importsOf(source, top) {
  const project = new Project({ compilerOptions: { allowJs: true } });
  const files = findFiles(source, isWritten, top);
  return new Map(
    files.map((path) => {
      const literals = project.addSourceFileAtPath(join(top, path)).getImportStringLiterals();
      const targets = literals
        .map((literal) => literal.getLiteralText())
        .filter((from) => from.startsWith("."))
        .flatMap((from) => {
          const target = posix.join(dirname(path), from);
          return [".ts", ".tsx"].map((extension) => target.replace(/\.js$/, extension));
        });
      return [path, targets.filter((target) => files.includes(target))];
    }),
  );
}

/** @param {string} path */
function linesOf(path) {
  return readFileSync(path, "utf8").split("\n").length - 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  process.exitCode = report(
    [
      ...[...sources, ...others].flatMap((folder) => findCrowds(folder)),
      ...sources.flatMap((source) => findCircles(source)),
      ...findMedian(sources),
      ...findMedian(others),
    ],
    "Make a folder for each subject, cut a file where an idea ends, and move the code that both sides of a circle need into another file.",
  );
}
