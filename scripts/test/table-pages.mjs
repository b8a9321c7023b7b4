// The pages of docs/ with a table that tests write.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../run.mjs";
import { insertCallsTable, toCallsTable } from "./calls-table.mjs";
import { tabulate, toMarkdown, toText } from "./interop-table.mjs";

/** @typedef {import("./interop-table.mjs").Result} Result */

/**
 * @typedef {object} TablePage
 * @property {string} folder the folder of the tests that write the table
 * @property {string} page
 * @property {string} command runs these tests
 * @property {boolean} needsAll whether tests that were skipped leave the table incomplete
 * @property {(results: readonly Result[]) => string} toText the table for a terminal
 * @property {(results: readonly Result[], page: string) => string} toPage the page with the table, from the page as it is
 */

/** @type {readonly TablePage[]} */
export const tablePages = [
  {
    folder: "test/interop/",
    page: "docs/interop.md",
    command: "npm run test:interop",
    needsAll: true,
    toText: (results) => toText(tabulate(results)),
    toPage: (results) => toMarkdown(tabulate(results)),
  },
  {
    folder: "test/calls/interop/",
    page: "docs/calls.md",
    command: "npm test -- test/calls/interop",
    needsAll: false,
    toText: toCallsTable,
    toPage: (results, page) => insertCallsTable(page, toCallsTable(results)),
  },
];

/**
 * Writes a page; returns whether it was different.
 *
 * @param {TablePage} tablePage
 * @param {readonly Result[]} results
 */
export function updatePage({ page, toPage }, results) {
  const path = join(root, page);
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  const after = toPage(results, before);
  if (before === after) return false;
  writeFileSync(path, after);
  return true;
}
