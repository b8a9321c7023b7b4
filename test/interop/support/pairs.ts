import { test } from "node:test";

/**
 * What one way of a pair shows; where Python makes it impossible, why, and a test that it is so.
 */
export type Way = (() => Promise<void>) | { cannot: string; shows: () => Promise<void> };

/**
 * One row of docs/interop.md: a pair of classes, ours at one end and Python's at the other. The row
 * stands in the title of its tests, where scripts/test/interop-table.mjs finds it.
 *
 * @param row what the pair is, such as "Publisher → Subscriber"
 * @param ways `fromTypeScript`: the left class is ours and the right one Python's; `fromPython`:
 *   the other way round
 */
export function pair(
  row: string,
  ways: { readonly fromTypeScript?: Way; readonly fromPython?: Way },
): void {
  declare(row, "TypeScript to Python", ways.fromTypeScript);
  declare(row, "Python to TypeScript", ways.fromPython);
}

function declare(row: string, column: string, way: Way | undefined): void {
  if (way === undefined) return;
  if (typeof way === "function") test(`${row} | ${column}`, way);
  else test(`${row} | ${column} | cannot: ${way.cannot}`, way.shows);
}
