// The short form of the scenarios; `npm run test:faults` runs the long form and writes docs/reliability.md.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { perform } from "./harness/perform.js";
import { scenarios } from "./scenarios/all.js";

/** Scenarios side by side: most of their time is spent on starting processes and waiting for heartbeats. */
const atOnce = 4;

describe("under faults", { concurrency: atOnce }, () => {
  for (const scenario of scenarios) {
    // A behaviour that is not there yet has a row of the page, and no test.
    if (scenario.longOnly === true || scenario.notYet !== undefined) continue;
    test(`${scenario.done}: ${scenario.must}`, async () => {
      const { met, seen, tally } = await perform(scenario, { long: false });
      assert.ok(met, seen);
      assert.equal(tally.ended, tally.sent, "each call ends once");
    });
  }
});
