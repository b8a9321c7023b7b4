import assert from "node:assert/strict";
import { test } from "node:test";
import { Dealer, type WhenFull } from "dividere/connection";
import fc from "fast-check";

const soon = { timeoutMs: 60_000 };

type Bounded = Exclude<WhenFull, "wait">;

/** What the queue before a socket has to hold after each message. */
class Model {
  readonly queued: Uint8Array[] = [];
  readonly dropped = { oldest: 0, newest: 0, rejected: 0 };
  readonly #limits: { readonly count: number; readonly bytes: number };
  readonly #policy: Bounded;

  constructor(policy: Bounded, limits: { readonly count: number; readonly bytes: number }) {
    this.#policy = policy;
    this.#limits = limits;
  }

  get bytes(): number {
    return this.queued.reduce((sum, { length }) => sum + length, 0);
  }

  add(message: Uint8Array): void {
    if (this.#policy === "drop-oldest") {
      while (this.#isFull(message) && this.queued.shift() !== undefined) this.dropped.oldest++;
    }
    if (!this.#isFull(message)) this.queued.push(message);
    else this.dropped[this.#policy === "reject" ? "rejected" : "newest"]++;
  }

  #isFull({ length }: Uint8Array): boolean {
    if (this.queued.length === 0) return this.#limits.count === 0;
    return this.queued.length >= this.#limits.count || this.bytes + length > this.#limits.bytes;
  }
}

test("the queue before a socket holds its bounds by count and bytes, and what it holds arrives in order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<Bounded[]>("reject", "drop-newest", "drop-oldest"),
      fc.record({ count: fc.nat(6), bytes: fc.integer({ min: 1, max: 40 }) }),
      fc.array(fc.nat(30), { maxLength: 15 }),
      async (whenFull, limits, sizes) => {
        await using dealer = new Dealer("tcp://127.0.0.1:*", {
          sendQueueLimit: limits.count,
          sendQueueBytes: limits.bytes,
          whenFull,
        });
        const model = new Model(whenFull, limits);
        const sends = sizes.map((size, index) => {
          const message = Buffer.alloc(size, index);
          const sent = dealer.send(message, soon);
          model.add(message);
          const { queued, queuedBytes, dropped } = dealer.stats;
          const { oldest, newest, rejected } = dropped;
          assert.deepEqual([queued, queuedBytes], [model.queued.length, model.bytes]);
          assert.deepEqual({ oldest, newest, rejected }, model.dropped);
          assert.ok(queued <= limits.count && (queuedBytes <= limits.bytes || queued === 1));
          return sent.then(
            () => "sent",
            ({ code }) => code,
          );
        });
        await using peer = new Dealer(dealer.endpoints);
        for (const expected of model.queued)
          assert.deepEqual(Buffer.from((await peer.recv(soon)).message), expected);
        const results = await Promise.all(sends);
        const refused = results.filter((result) => result === "QUEUE_FULL").length;
        assert.equal(refused, model.dropped.rejected);
        assert.equal(dealer.stats.sent, model.queued.length);
      },
    ),
    { numRuns: 100 },
  );
});
