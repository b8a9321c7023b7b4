import assert from "node:assert/strict";
import { test } from "node:test";
import { parseResults, tabulate, toMarkdown, toText } from "../../scripts/test/interop-table.mjs";

const results = parseResults(
  [
    { file: "a.ts", row: "A → B", column: "TypeScript to Python", passed: true },
    {
      file: "a.ts",
      row: "A → B",
      column: "Python to TypeScript",
      note: "cannot: it breaks",
      passed: true,
    },
    { file: "a.ts", row: "C → D", column: "TypeScript to Python", passed: false },
    { file: "a.ts", row: "C → D", column: "from Go", passed: true },
  ]
    .map((each) => `${JSON.stringify(each)}\n`)
    .join(""),
);

test("the interop table has a row for each pair, a column for each direction, and the reasons below", () => {
  const { columns, rows, notes } = tabulate(results);
  assert.deepEqual(columns, ["TypeScript to Python", "Python to TypeScript", "from Go"]);
  assert.deepEqual(rows, [
    ["A → B", "✓", "(1)", "–"],
    ["C → D", "✗", "–", "✓"],
  ]);
  assert.deepEqual(notes, ["it breaks"]);
  assert.match(toMarkdown(tabulate(results)), /\n\| A → B \| ✓ \| \(1\) \| – \|\n/);
  assert.match(toMarkdown(tabulate(results)), /\n1\. it breaks\.\n$/);
});

test("the interop table fits a terminal of 80 columns", () => {
  const long = parseResults(
    JSON.stringify({ row: "x".repeat(200), column: "Python to TypeScript", passed: true }),
  );
  for (const line of toText(tabulate([...results, ...long])).split("\n")) {
    assert.ok(line.length <= 80, line);
  }
});
