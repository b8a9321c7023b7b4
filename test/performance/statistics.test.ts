import assert from "node:assert/strict";
import { test } from "node:test";
import { median, nextCount, summarise } from "../../bench/harness/statistics.js";

test("a median is the middle value, or the mean of the two in the middle, whatever their order", () => {
  assert.equal(median([5]), 5);
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([10, 1, 2, 9]), 5.5);
  assert.throws(() => median([]), /needs a value/);
});

test("a median takes no notice of how far off the ends are", () => {
  assert.equal(median([1, 2, 3, 4, 1_000_000]), 3);
});

test("a summary has the median and the ends", () => {
  assert.deepEqual(summarise([4, 1, 3]), { median: 3, low: 1, high: 4 });
});

test("the next round has as many operations as fill its time", () => {
  assert.equal(nextCount(1_000, 0.1, 0.2, 1e9), 2_000);
  assert.equal(nextCount(1_000, 0.4, 0.2, 1e9), 500);
});

test("the next round grows eightfold at most, never beyond the limit, and is never empty", () => {
  assert.equal(nextCount(100, 0, 1, 1e9), 800);
  assert.equal(nextCount(100, 0, 1, 450), 450);
  assert.equal(nextCount(1, 10, 0.1, 1e9), 1);
});
