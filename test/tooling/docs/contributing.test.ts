import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { root } from "../../support/child.js";

/** The section that shows the house. */
const house =
  readFileSync(join(root, "CONTRIBUTING.md"), "utf8")
    .split("\n## ")
    .find((section) => section.startsWith("The house\n")) ?? "";

/** The rows of a table that begins with a cell. */
function rowsAfter(heading: string): string[] {
  const [, table = ""] = house.split(`\n| ${heading} `);
  return (table.split("\n\n")[0] ?? "").trim().split("\n").slice(2);
}

describe("the house in CONTRIBUTING.md", () => {
  test("has fewer than 40 lines", () => {
    const lines = house.trim().split("\n").length;
    assert.ok(lines > 10 && lines < 40, `${lines} lines`);
  });

  test("names only folders that exist", () => {
    const folders = rowsAfter("folder").map((row) => /^\| `(.+?)\/`/.exec(row)?.[1] ?? row);
    assert.ok(folders.length > 5);
    assert.deepEqual(
      folders.filter((folder) => !existsSync(join(root, folder))),
      [],
    );
  });

  test("names a file for each event, and only members that the file has", () => {
    const rows = rowsAfter("event");
    assert.ok(rows.length > 10);
    for (const row of rows) {
      const named = [...row.matchAll(/`([\w/.-]+(?:\.ts|\/))`(?: \(`([#\w]+)`\))?/g)];
      assert.ok(named.length > 0, row);
      for (const [, path = "", member = ""] of named) {
        const file = join(root, path.startsWith("plugin/") ? "" : "runtime/src", path);
        assert.ok(existsSync(file), path);
        if (member !== "") assert.ok(readFileSync(file, "utf8").includes(`${member}(`), row);
      }
    }
  });
});
