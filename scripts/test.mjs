// Runs the tests: `npm test`. Words after it pick files by their path (`npm test -- interop`), `--without=folder/`
// leaves files out, and any other option goes to node's test runner (`npm test -- --test-name-pattern=reactor`).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findFiles } from "./files.mjs";
import { main, StepFailed, stream } from "./run.mjs";
import { setUp } from "./set-up.mjs";
import { parseResults, tabulate, toMarkdown, toText, updatePage } from "./test/interop-table.mjs";
import { findLeftovers, inTemporaryFolder, temporaryIn } from "./test/leftovers.mjs";

const without = "--without=";

await main(async () => {
  const args = process.argv.slice(2);
  const options = args.filter((arg) => arg.startsWith("-") && !arg.startsWith(without));
  const words = args.filter((arg) => !arg.startsWith("-"));
  const left = args
    .filter((arg) => arg.startsWith(without))
    .map((arg) => arg.slice(without.length));

  // Node 20's `--test` takes no patterns, and without files it would search for names of its own choice.
  const files = findFiles("test", (path) => path.endsWith(".test.ts"))
    .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
    .filter((path) => !left.some((folder) => path.startsWith(folder)));
  if (files.length === 0) {
    throw new StepFailed(`No test file matches ${args.join(" ")}; they are test/**/*.test.ts.`);
  }

  await setUp();
  return await inTemporaryFolder(async (folder) => {
    const skips = join(folder, "skips");
    const interop = join(folder, "interop");
    const runner = [
      "--import=tsx",
      "--test",
      "--test-reporter=spec",
      "--test-reporter-destination=stdout",
      `--test-reporter=${new URL("test/skip-reporter.mjs", import.meta.url)}`,
      `--test-reporter-destination=${skips}`,
      `--test-reporter=${new URL("test/interop-reporter.mjs", import.meta.url)}`,
      `--test-reporter-destination=${interop}`,
      // Two files at once: interop tests start further processes, and depend on time.
      "--test-concurrency=2",
      // A file that leaves a socket or a child open never ends; this time-out reports it.
      "--test-timeout=240000",
      ...options,
      ...files,
    ];
    const status = await stream("node", runner, { env: temporaryIn(folder) });
    refuseLeftovers(folder);
    const skipped = readFileSync(skips, "utf8");
    if (status === 0 && process.env["CI"]) refuseSkips(skipped);
    // Only a complete run determines the table.
    const complete = isWhole("test/interop/", files) && options.length === 0 && skipped === "";
    if (complete) showInterop(readFileSync(interop, "utf8"), status === 0);
    return status;
  });
});

/** @param {string} folder the temporary folder of the tests */
function refuseLeftovers(folder) {
  const left = findLeftovers(folder);
  if (left.length === 0) return;
  throw new StepFailed(
    `The tests left this in the temporary folder:\n${left.join("\n")}\nWhoever makes a folder removes it: \`using folder = new TemporaryFolder()\`.`,
  );
}

/** @param {string} skips one line for each skipped test */
function refuseSkips(skips) {
  if (skips !== "") throw new StepFailed(`In CI no test may be skipped, and these were:\n${skips}`);
}

/**
 * @param {string} folder
 * @param {readonly string[]} files the files of this run
 */
function isWhole(folder, files) {
  return findFiles(folder, (path) => path.endsWith(".test.ts")).every((path) =>
    files.includes(path),
  );
}

/**
 * Prints the interop table, and writes it to docs/interop.md if all tests passed.
 *
 * @param {string} lines
 * @param {boolean} passed
 */
function showInterop(lines, passed) {
  const table = tabulate(parseResults(lines));
  console.log(`\n${toText(table)}\n`);
  if (!passed || !updatePage(toMarkdown(table))) return;
  if (process.env["CI"]) {
    throw new StepFailed(
      "docs/interop.md differs from the results of the tests; commit the page that `npm run test:interop` writes.",
    );
  }
  console.log("docs/interop.md has changed; commit it.");
}
