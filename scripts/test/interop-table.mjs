// Makes the table of docs/interop.md from the results of the interop tests.

/** @typedef {{ file: string, row: string, column: string, note?: string, passed: boolean }} Result */

const introduction = `# Interop

The pairs of classes of this package and of Python's \`dividere\` 2.2.0 that work together, each way. Every cell is a test that runs
the real Python package in another process: \`npm run test:interop\` runs the tests and writes this page. The columns "from …"
stand for the clients of [examples/clients](../examples/clients), which use only ZeroMQ and protobuf.

`;

const legend = "✓ tested; – does not apply; a number: see the note below.\n";

/** @param {string} lines the output of scripts/test/interop-reporter.mjs */
export function parseResults(lines) {
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => /** @type {Result} */ (JSON.parse(line)));
}

/**
 * Returns the rows and columns of the results, the columns of Python first.
 *
 * @param {readonly Result[]} results
 */
export function tabulate(results) {
  const python = ["TypeScript to Python", "Python to TypeScript"];
  const columns = [...new Set([...python, ...results.map(({ column }) => column)])];
  const notes = [...new Set(results.flatMap(({ note }) => note ?? []))];
  // The rows of Python first too, then those of the clients without dividere alone.
  const ordered = [
    ...results.filter(({ column }) => python.includes(column)),
    ...results.filter(({ column }) => !python.includes(column)),
  ];
  const rows = [...new Set(ordered.map(({ row }) => row))].map((row) => [
    row,
    ...columns.map((column) =>
      cell(results.find((each) => each.row === row && each.column === column)),
    ),
  ]);
  /** @param {Result | undefined} result */
  function cell(result) {
    if (result === undefined) return "–";
    if (!result.passed) return "✗";
    return result.note === undefined ? "✓" : `(${notes.indexOf(result.note) + 1})`;
  }
  return { columns, rows, notes: notes.map((note) => note.replace(/^cannot: /, "")) };
}

/** @param {ReturnType<typeof tabulate>} table */
export function toMarkdown({ columns, rows, notes }) {
  const lines = [["", ...columns], ["---", ...columns.map(() => ":---:")], ...rows].map(
    (cells) => `| ${cells.join(" | ")} |`,
  );
  const numbered = notes.map((note, index) => `${index + 1}. ${note}.`);
  return `${introduction}${legend}\n${lines.join("\n")}\n\n${numbered.join("\n")}\n`;
}

/**
 * Formats the table for a terminal of 80 columns.
 *
 * @param {ReturnType<typeof tabulate>} table
 */
export function toText({ columns, rows, notes }) {
  const width = 6;
  const first = 80 - columns.length * width;
  const letters = columns.map((_, index) => String.fromCharCode(97 + index));
  /** @param {readonly string[]} cells */
  const line = ([row = "", ...cells]) => {
    const title = row.length > first ? `${row.slice(0, first - 1)}…` : row.padEnd(first);
    return title + cells.map((each) => each.padStart(width)).join("");
  };
  return [
    line(["", ...letters]),
    ...rows.map(line),
    "",
    ...columns.map((column, index) => `${letters[index]}: ${column}`),
    ...notes.map((note, index) => `(${index + 1}): ${note}`),
  ].join("\n");
}
