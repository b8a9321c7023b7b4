import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Dealer,
  type LinkStats,
  Publisher,
  Router,
  Subscriber,
  type WhenFull,
} from "dividere/connection";
import fc from "fast-check";

const soon = { timeoutMs: 10_000 };
const bytes = (text: string): Uint8Array => Buffer.from(text);

function gaveUp(error: unknown): void {
  if (error instanceof assert.AssertionError) throw error;
}

/** What was given to `send`, by what became of it. */
function accounted({ sent, queued, dropped }: LinkStats): number {
  return Object.values(dropped).reduce((sum, count) => sum + count, sent + queued);
}

async function codeOf(send: Promise<void>): Promise<string> {
  try {
    await send;
    return "sent";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("the queue before a socket", () => {
  test("has a send with a time-out wait for room, and rejects another, by default", async () => {
    await using dealer = new Dealer("tcp://127.0.0.1:*", { sendQueueLimit: 2 });
    const patient = ["a", "b", "c", "d"].map((text) => dealer.send(bytes(text), soon));
    await assert.rejects(dealer.send(bytes("e")), { code: "QUEUE_FULL" });
    await using peer = new Dealer(dealer.endpoints);
    for (const text of ["a", "b", "c", "d"]) {
      assert.equal(String((await peer.recv(soon)).message), text);
    }
    await Promise.all(patient);
    assert.deepEqual(dealer.stats, {
      sent: 4,
      sentBytes: 4,
      received: 0,
      receivedBytes: 0,
      queued: 0,
      queuedBytes: 0,
      dropped: { ...peer.stats.dropped, rejected: 1 },
    });
  });

  test("is bounded by bytes too, and takes one message that is larger", async () => {
    await using dealer = new Dealer("tcp://127.0.0.1:*", {
      sendQueueBytes: 10,
      whenFull: "reject",
    });
    const large = dealer.send(bytes("more than ten bytes"), soon);
    await assert.rejects(dealer.send(bytes("x"), soon), {
      code: "QUEUE_FULL",
      message: /^1 messages of 19 bytes already wait to be sent to tcp:/,
    });
    assert.deepEqual([dealer.stats.queued, dealer.stats.queuedBytes], [1, 19]);
    await using peer = new Dealer(dealer.endpoints);
    await large;
    assert.equal(String((await peer.recv(soon)).message), "more than ten bytes");
  });

  test("drops as many old messages as the size of a new one asks for", async () => {
    await using dealer = new Dealer("tcp://127.0.0.1:*", {
      sendQueueBytes: 6,
      whenFull: "drop-oldest",
    });
    const sends = ["aa", "bb", "cc", "dddd"].map((text) => dealer.send(bytes(text), soon));
    assert.equal(dealer.stats.dropped.oldest, 2);
    await using peer = new Dealer(dealer.endpoints);
    await Promise.all(sends);
    for (const text of ["cc", "dddd"]) {
      assert.equal(String((await peer.recv(soon)).message), text);
    }
  });

  test("counts each message once, whatever becomes of it, and keeps the order", async () => {
    const policy = fc.constantFrom<(WhenFull | undefined)[]>(
      undefined,
      "wait",
      "reject",
      "drop-newest",
      "drop-oldest",
    );
    const waits = fc.array(fc.constantFrom(undefined, 1, 10_000), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        policy,
        fc.integer({ min: 0, max: 5 }),
        waits,
        async (whenFull, limit, each) => {
          await using dealer = new Dealer("tcp://127.0.0.1:*", {
            sendQueueLimit: limit,
            ...(whenFull === undefined ? {} : { whenFull }),
          });
          const sends = each.map((timeoutMs, index) =>
            codeOf(dealer.send(bytes(String(index)), { timeoutMs })),
          );
          assert.equal(accounted(dealer.stats), each.length);
          await using peer = new Dealer(dealer.endpoints);
          await Promise.all(sends);
          assert.equal(accounted(dealer.stats), each.length);
          const got: number[] = [];
          while (got.length < dealer.stats.sent) {
            got.push(Number((await peer.recv(soon)).message));
          }
          assert.deepEqual(
            got,
            [...got].sort((a, b) => a - b),
          );
          assert.equal(peer.stats.received, dealer.stats.sent);
          assert.equal(peer.stats.receivedBytes, dealer.stats.sentBytes);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("counts what it still holds when it is closed, and what a router cannot deliver", async () => {
    const dealer = new Dealer("tcp://127.0.0.1:*");
    const waiting = dealer.send(bytes("never"), soon);
    dealer.close();
    await assert.rejects(waiting, { code: "CLOSED" });
    assert.equal(dealer.stats.dropped.closed, 1);
    await using router = new Router("tcp://127.0.0.1:*");
    await assert.rejects(router.send({ route: [bytes("nobody")], message: bytes("?") }), {
      code: "PEER_UNREACHABLE",
    });
    assert.deepEqual([router.stats.sent, router.stats.dropped.unreachable], [0, 1]);
  });
});

describe("many messages at once", () => {
  test("lose and reorder nothing when calls give up at random while they come", async () => {
    await using left = new Dealer("tcp://127.0.0.1:*");
    await using right = new Dealer(left.endpoints);
    const count = 30_000;
    const sending = (async () => {
      for (let index = 0; index < count; index++) {
        await right.send(bytes(String(index)));
        if (index % 5_000 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    let expected = 0;
    const take = ({ message }: { message: Uint8Array }): void =>
      assert.equal(String(message), String(expected++));
    const ways: readonly (() => Promise<unknown>)[] = [
      async () => take(await left.recv(soon)),
      () => left.recv({ timeoutMs: 0 }).then(take).catch(gaveUp),
      () => {
        const controller = new AbortController();
        const received = left.recv({ signal: controller.signal }).then(take).catch(gaveUp);
        controller.abort();
        return received;
      },
      () => left.wait(1),
      () => {
        const two = Math.min(2, count - expected);
        return Promise.all(Array.from({ length: two }, () => left.recv(soon).then(take)));
      },
      async () => {
        const until = Math.min(expected + 700, count);
        for await (const message of left) {
          take(message);
          if (expected === until) break;
        }
      },
    ];
    for (let seed = 7; expected < count; seed = (seed * 48_271) % 2_147_483_647) {
      await ways[seed % ways.length]?.();
    }
    await sending;
    assert.equal(expected, count);
  });

  test("leave other work its turn", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*", { sendHighWaterMark: 0 });
    await using subscriber = new Subscriber(publisher.endpoints, { receiveHighWaterMark: 0 });
    await publisher.waitForSubscribers(1, soon);
    let turns = 0;
    let over = false;
    const turn = (): void => {
      turns++;
      if (!over) setImmediate(turn);
    };
    setImmediate(turn);
    for (let sent = 0; sent < 10_000; sent++) await publisher.send(bytes("x"));
    const whileSending = turns;
    assert.ok(whileSending >= 10, `${whileSending} turns for 10,000 sends`);
    let received = 0;
    for await (const _ of subscriber) if (++received === 10_000) break;
    over = true;
    assert.ok(turns - whileSending >= 10, `${turns - whileSending} turns for 10,000 receives`);
  });
});
