// Makes the table of gRPC's interoperability cases, in docs/calls.md, from the results of the tests of the cases.

/** @typedef {import("./interop-table.mjs").Result} Result */

/** The places of the table in the page. */
const [before, after] = ["<!-- interop -->", "<!-- /interop -->"];

const columns = ["tcp", "ipc", "inproc"].flatMap((transport) =>
  ["ts-proto", "codec=es"].map((codec) => `${transport}, ${codec}`),
);

/**
 * Returns the table, its columns as wide as a formatter makes them.
 *
 * @param {readonly Result[]} results
 */
export function toCallsTable(results) {
  const strangers = results.filter(({ column }) => !columns.includes(column));
  if (strangers.length > 0) throw new Error(`The table has no column ${strangers[0]?.column}`);
  const rows = [...new Set(results.map(({ row }) => row))].map((row) => [
    `\`${row}\``,
    ...columns.map((column) => {
      const result = results.find((each) => each.row === row && each.column === column);
      if (result === undefined) return "–";
      return result.passed ? "✓" : "✗";
    }),
  ]);
  const header = ["case", ...columns];
  const widths = header.map((title, index) =>
    Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const lines = [header, widths.map((width) => "-".repeat(width)), ...rows].map((cells) =>
    cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" | "),
  );
  return lines.map((line) => `| ${line} |`).join("\n");
}

/**
 * Puts the table into the page.
 *
 * @param {string} page the page as it is
 * @param {string} table
 */
export function insertCallsTable(page, table) {
  const [start, end] = [page.indexOf(before), page.indexOf(after)];
  if (start < 0 || end < start)
    throw new Error(`The page has no place between ${before} and ${after}`);
  return `${page.slice(0, start + before.length)}\n\n${table}\n\n${page.slice(end)}`;
}
