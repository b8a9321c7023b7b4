// A reporter for node's test runner: writes one line for each skipped test or suite, with its reason.

/** @param {AsyncIterable<import("node:test/reporters").TestEvent>} source */
export default async function* skipReporter(source) {
  for await (const { type, data } of source) {
    if (type !== "test:pass" || data.skip === undefined || data.skip === false) continue;
    yield `${data.name}${data.skip === true ? "" : `: ${data.skip}`}\n`;
  }
}
