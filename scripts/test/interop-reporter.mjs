// A reporter for node's test runner: writes one line of JSON for each test with a title `row | column`, such as those of
// test/interop/support/pairs.ts and test/calls/interop/interop-cases.ts.
import { relative, sep } from "node:path";
import { root } from "../run.mjs";

/**
 * @param {AsyncIterable<{ type: string, data: { name: string, file?: string, skip?: unknown } }>} source
 */
export default async function* interopReporter(source) {
  for await (const { type, data } of source) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    const [row, column, note] = data.name.split(" | ");
    if (column === undefined) continue;
    const passed = type === "test:pass" && data.skip === undefined;
    const file = relative(root, data.file ?? "")
      .split(sep)
      .join("/");
    yield `${JSON.stringify({ file, row, column, note, passed })}\n`;
  }
}
