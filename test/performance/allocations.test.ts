import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Publisher, Subscriber } from "dividere/messaging";
import { Scalars } from "../gen/plain.js";
import { run } from "../support/child.js";

/** The cost of a message: promises, timers, and bytes of JavaScript's heap. */
interface Cost {
  readonly promises: number;
  readonly timers: number;
  readonly bytes: number;
}

const ways = ["publish", "receive", "call", "serve"] as const;

/**
 * The most that a message may cost beyond its cost with bare zeromq.js sockets in the same run. The bounds are the costs of
 * today, so that a change that costs more fails; lower them with a change that costs less. Promises and timers are exact.
 * Bytes have some room, since the compiler leaves out allocations that it proves to be unused.
 */
const mostBeyondRaw: Readonly<Record<(typeof ways)[number], Cost>> = {
  publish: { promises: 1, timers: 0, bytes: 700 },
  // zeromq.js' own loop costs a promise more.
  receive: { promises: -1, timers: 0, bytes: 800 },
  // Our client with a bare ROUTER, and our reactor with a bare DEALER, both compared with that DEALER and that ROUTER.
  call: { promises: 5, timers: 1, bytes: 6_500 },
  serve: { promises: 2, timers: 0, bytes: 3_600 },
};

const waysTogether = [
  "publishTogether",
  "receiveTogether",
  "receiveArrays",
  "callTogether",
] as const;

/** The most that a message may cost that travels with others, or a call with a hundred in flight at both ends. */
const mostTogether: Readonly<Record<(typeof waysTogether)[number], Cost>> = {
  publishTogether: { promises: 0, timers: 0, bytes: 600 },
  // The two promises are those of the `await` in the loop.
  receiveTogether: { promises: 2, timers: 0, bytes: 1_700 },
  receiveArrays: { promises: 0, timers: 0, bytes: 1_300 },
  callTogether: { promises: 12.6, timers: 1, bytes: 12_500 },
};

/** The share of a message in costs that many messages have together, such as giving the event loop a turn. */
const shared = 0.2;

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
        beyond <= mostBeyondRaw[way][what] + shared,
        `${way} costs ${beyond} ${what} more than bare sockets; ${mostBeyondRaw[way][what]} is the most`,
      );
    }
  }
  for (const way of waysTogether) {
    const cost = costs[way];
    assert.ok(cost, `no counts for ${way}`);
    for (const what of ["promises", "timers", "bytes"] as const) {
      t.diagnostic(`${way}: ${cost[what]} ${what}`);
      const most = mostTogether[way][what];
      assert.ok(
        cost[what] <= most + shared,
        `${way} costs ${cost[what]} ${what}; ${most} is the most`,
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
  // The envelope is before the field in the frame. A copy would fill its buffer, or be in one of Node's pools.
  const { buffer, byteOffset } = someBytes;
  assert.ok(byteOffset > 0, "the field begins where its buffer does");
  assert.ok(
    buffer.byteLength > size && buffer.byteLength < size + 256,
    `${buffer.byteLength} bytes`,
  );
});
