// Runs the tests: `npm test`. Words after it pick files by their path (`npm test -- interop`), `--without=folder/`
// leaves files out, and any other option goes to node's test runner (`npm test -- --test-name-pattern=reactor`).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findFiles } from "./files.mjs";
import { main, StepFailed, stream } from "./run.mjs";
import { setUp } from "./set-up.mjs";
import { parseResults } from "./test/interop-table.mjs";
import { findLeftovers, inTemporaryFolder, temporaryIn } from "./test/leftovers.mjs";
import { tablePages, updatePage } from "./test/table-pages.mjs";

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
    const results = parseResults(readFileSync(interop, "utf8"));
    for (const tablePage of tablePages) {
      // Only a complete run determines a table.
      const whole = isWhole(tablePage.folder, files) && options.length === 0;
      if (whole && !(tablePage.needsAll && skipped !== ""))
        showTable(tablePage, results, status === 0);
    }
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
 * Prints the table of a page, and writes it to the page if all tests passed.
 *
 * @param {import("./test/table-pages.mjs").TablePage} tablePage
 * @param {readonly import("./test/interop-table.mjs").Result[]} results
 * @param {boolean} passed
 */
function showTable(tablePage, results, passed) {
  const { folder, page, command, toText } = tablePage;
  const own = results.filter(({ file }) => file.startsWith(folder));
  console.log(`\n${toText(own)}\n`);
  if (!passed || !updatePage(tablePage, own)) return;
  if (process.env["CI"]) {
    throw new StepFailed(
      `${page} differs from the results of the tests; commit the page that \`${command}\` writes.`,
    );
  }
  console.log(`${page} has changed; commit it.`);
}
