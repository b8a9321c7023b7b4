import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dealer } from "dividere/connection";

const soon = { timeoutMs: 10_000 };

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe("status events", () => {
  test("report peers that connect and disconnect", async () => {
    await using left = new Dealer("tcp://127.0.0.1:*");
    const seen: string[] = [];
    const gone = new Promise<void>((resolve) => {
      left.onStatus((event) => {
        seen.push(event.type);
        if (event.type === "disconnected") resolve();
      });
    });
    const right = new Dealer(left.endpoints);
    await right.send(bytes("x"));
    await left.recv(soon);
    right.close();
    await gone;
    assert.deepEqual(seen, ["accepted", "connected", "disconnected"]);
  });

  test("do not reach a removed listener", async () => {
    await using left = new Dealer("tcp://127.0.0.1:*");
    left.onStatus(() => assert.fail("was taken off"))();
    await using right = new Dealer(left.endpoints);
    await right.send(bytes("x"));
    await left.recv(soon);
  });
});
