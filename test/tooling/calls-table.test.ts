import assert from "node:assert/strict";
import { test } from "node:test";
import { insertCallsTable, toCallsTable } from "../../scripts/test/calls-table.mjs";

const results = [
  { file: "a.ts", row: "empty_unary", column: "inproc, ts-proto", passed: true },
  { file: "a.ts", row: "empty_unary", column: "tcp, codec=es", passed: false },
];

test("the table of calls has a row for each case, and a column for each transport and codec", () => {
  const [header, , ...rows] = toCallsTable(results).split("\n");
  assert.equal(
    header,
    "| case          | tcp, ts-proto | tcp, codec=es | ipc, ts-proto | ipc, codec=es | inproc, ts-proto | inproc, codec=es |",
  );
  assert.deepEqual(
    rows.map((row) => row.split("|").map((cell) => cell.trim())),
    [["", "`empty_unary`", "–", "✗", "–", "–", "✓", "–", ""]],
  );
});

test("a result that belongs to no column is refused", () => {
  const stranger = { file: "a.ts", row: "a", column: "udp, ts-proto", passed: true };
  assert.throws(() => toCallsTable([stranger]), {
    message: "The table has no column udp, ts-proto",
  });
});

test("the table of calls takes the place of the one before, and a page without a place is refused", () => {
  const page = "a\n\n<!-- interop -->\n\nold\n\n<!-- /interop -->\n\nb\n";
  assert.equal(
    insertCallsTable(page, "new"),
    "a\n\n<!-- interop -->\n\nnew\n\n<!-- /interop -->\n\nb\n",
  );
  assert.throws(() => insertCallsTable("a", "new"), { message: /has no place/ });
});
