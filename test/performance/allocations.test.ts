import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Publisher, Subscriber } from "dividere/messaging";
import { Scalars } from "../gen/plain.js";
import { run } from "../support/child.js";

/** What a message costs, and what it may cost: promises, timers, and bytes of JavaScript's heap. */
interface Cost {
  readonly promises: number;
  readonly timers: number;
  readonly bytes: number;
}

const ways = ["publish", "receive", "call", "serve"] as const;

/**
 * The most that a message may cost beyond what it costs with bare zeromq.js sockets in the same run. The bounds hold what
 * is reached, so that a change that costs more is seen; lower them when a change costs less. Promises and timers are exact;
 * bytes have a tenth on top, since the compiler leaves out what it proves to be unused.
 */
const mostBeyondRaw: Readonly<Record<(typeof ways)[number], Cost>> = {
  publish: { promises: 3, timers: 0, bytes: 800 },
  receive: { promises: 14, timers: 0, bytes: 5_700 },
  // The client beside a bare ROUTER, and the reactor beside a bare DEALER, against one beside the other.
  call: { promises: 13, timers: 1, bytes: 10_000 },
  serve: { promises: 20, timers: 0, bytes: 8_000 },
};

/** The counts are per message and include what a loop costs once. */
const once = 0.01;

test("a message costs no more promises, timers and memory than it does today", async (t) => {
  const script = fileURLToPath(new URL("allocations-child.ts", import.meta.url));
  const young = ["--min-semi-space-size=256", "--max-semi-space-size=256"];
  const args = ["--import=tsx", "--expose-gc", ...young, script];
  const { status, stdout, stderr } = await run("node", args, { timeoutMs: 60_000 });
  assert.equal(status, 0, stderr);
  const costs = JSON.parse(stdout) as Readonly<Record<string, Cost>>;
  const raws = { publish: "publishRaw", receive: "receiveRaw", call: "callRaw", serve: "callRaw" };
  for (const way of ways) {
    const [ours, raw] = [costs[way], costs[raws[way]]];
    assert.ok(ours && raw, `no counts for ${way}`);
    for (const what of ["promises", "timers", "bytes"] as const) {
      const beyond = ours[what] - raw[what];
      t.diagnostic(`${way}: ${ours[what]} ${what}, ${raw[what]} with bare sockets`);
      assert.ok(
        beyond <= mostBeyondRaw[way][what] + once,
        `${way} costs ${beyond} ${what} more than bare sockets; ${mostBeyondRaw[way][what]} is the most`,
      );
    }
  }
});

test("a bytes field of 1 MiB is a view of the frame that came, not a copy", async () => {
  const size = 1 << 20;
  await using publisher = new Publisher("tcp://127.0.0.1:*", [Scalars]);
  await using subscriber = new Subscriber(publisher.endpoints, [Scalars]);
  await publisher.waitForSubscribers();
  await publisher.send(Scalars.create({ someBytes: new Uint8Array(size).fill(7) }));
  const { someBytes } = await subscriber.recv({ timeoutMs: 10_000 });
  assert.equal(someBytes.length, size);
  // The frame has the envelope before the field; a copy would fill its buffer, or stand in one of Node's pools.
  const { buffer, byteOffset } = someBytes;
  assert.ok(byteOffset > 0, "the field begins where its buffer does");
  assert.ok(
    buffer.byteLength > size && buffer.byteLength < size + 256,
    `${buffer.byteLength} bytes`,
  );
});
