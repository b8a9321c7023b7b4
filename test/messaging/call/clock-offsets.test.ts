import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ClockOffsets } from "../../../runtime/src/messaging/call/clock-offsets.js";

const client = Buffer.from("client");
const other = Buffer.from("other");

describe("the delay of a request", () => {
  test("is what it took beyond the quickest of its client, whatever the clocks show", () => {
    const clocks = new ClockOffsets();
    for (const skewMs of [-60_000, 0, 3_600_000]) {
      const peer = Buffer.from(`client ${skewMs}`);
      assert.equal(clocks.delayOf(peer, 1_000 + skewMs, 1_015), 0);
      assert.equal(clocks.delayOf(peer, 2_000 + skewMs, 2_010), 0);
      assert.equal(clocks.delayOf(peer, 3_000 + skewMs, 3_010), 0);
      // A link that stalls for four seconds.
      assert.equal(clocks.delayOf(peer, 4_000 + skewMs, 8_010), 4_000);
    }
  });

  test("is counted for each client by itself", () => {
    const clocks = new ClockOffsets();
    clocks.delayOf(client, 0, 10);
    assert.equal(clocks.delayOf(other, 0, 5_000), 0);
    assert.equal(clocks.delayOf(client, 0, 5_000), 4_990);
  });

  test("is none once a client has seemed late for ten seconds: its clock stood still", () => {
    const clocks = new ClockOffsets();
    clocks.delayOf(client, 0, 0);
    const asleepMs = 60_000;
    for (let sent = 1_000; sent < 11_000; sent += 1_000)
      assert.equal(clocks.delayOf(client, sent, sent + asleepMs), asleepMs);
    assert.equal(clocks.delayOf(client, 11_000, 11_000 + asleepMs), 0);
    assert.equal(clocks.delayOf(client, 12_000, 12_000 + asleepMs), 0);
  });

  test("forgets the client that it heard first when there are too many", () => {
    const clocks = new ClockOffsets();
    clocks.delayOf(client, 0, 10);
    for (let index = 0; index < 10_000; index++) clocks.delayOf(Buffer.from(`${index}`), 0, 10);
    assert.equal(clocks.delayOf(client, 0, 5_000), 0);
  });
});
