import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as connection from "dividere/connection";
import {
  EnvelopeEncoder,
  type Gap,
  type MessageType,
  MtMsgReactor,
  Publisher,
  readEnvelope,
  Subscriber,
} from "dividere/messaging";
import { msgEnvelope } from "../../../runtime/src/wire/gen/MsgLib.js";
import { Msg01, Msg02 } from "../../gen/plain.js";

const soon = { timeoutMs: 10_000 };
const anywhere = "tcp://127.0.0.1:*";

/** A frame as a publisher with that number writes it. */
function numbered(publisher: number, sequence: number, type: typeof Msg01 | typeof Msg02 = Msg01) {
  const message = { field1: `${publisher}/${sequence}` };
  return new EnvelopeEncoder<MessageType<object>>().encode(message, type, {
    publication: { publisher, sequence },
  });
}

/** A subscriber to a publisher whose frames the test writes. */
async function byHand() {
  const publisher = new connection.Publisher(anywhere);
  const gaps: Gap[] = [];
  const onGap = (gap: Gap) => void gaps.push(gap);
  const subscriber = new Subscriber(publisher.endpoints, [Msg01, Msg02], { onGap });
  await publisher.waitForSubscribers(2, soon);
  return { publisher, subscriber, gaps };
}

describe("publisher with sequence", () => {
  test("leaves the bytes of its messages alone unless it is switched on", async () => {
    await using publisher = new Publisher(anywhere, [Msg02]);
    await using subscriber = new connection.Subscriber(publisher.endpoints);
    await publisher.connector.waitForSubscribers(1, soon);
    await publisher.send({ field1: "plain" });
    const plain = new EnvelopeEncoder([Msg02]).encode({ field1: "plain" });
    assert.deepEqual(Buffer.from(await subscriber.recv(soon)), Buffer.from(plain));
  });

  test("appends a field to the plain bytes, and counts each type", async () => {
    await using publisher = new Publisher(anywhere, [Msg01, Msg02], { sequence: true });
    await using subscriber = new connection.Subscriber(publisher.endpoints);
    await publisher.connector.waitForSubscribers(1, soon);
    const encoder = new EnvelopeEncoder([Msg01, Msg02]);
    const seen = [];
    for (const type of [Msg01, Msg02, Msg01]) {
      const message = type.create({ field1: "text" });
      await publisher.send(message);
      const frame = await subscriber.recv(soon);
      const plain = encoder.encode(message);
      assert.deepEqual(Buffer.from(frame.subarray(0, plain.length)), Buffer.from(plain));
      const { publisher: id, sequence } = msgEnvelope.decode(frame);
      const read = { publisher: id, sequence: Number(sequence) };
      assert.deepEqual(readEnvelope(frame).publication, read);
      seen.push(read);
    }
    assert.deepEqual(
      seen.map((publication) => publication.sequence),
      [1, 1, 2],
    );
    assert.equal(new Set(seen.map((publication) => publication.publisher)).size, 1);
    await using other = new Publisher(anywhere, [Msg01], { sequence: true });
    await using second = new connection.Subscriber(other.endpoints);
    await other.connector.waitForSubscribers(1, soon);
    await other.send({ field1: "text" });
    const { publication } = readEnvelope(await second.recv(soon));
    assert.notEqual(publication?.publisher, seen[0]?.publisher);
  });

  test("gives no number to a message that does not encode", async () => {
    await using publisher = new Publisher(anywhere, [Msg01], { sequence: true });
    await using subscriber = new Subscriber(publisher.endpoints, [Msg01]);
    await publisher.waitForSubscribers(1, soon);
    await publisher.send({ field1: "first" });
    const broken = {
      get field1(): string {
        throw new Error("on purpose");
      },
    };
    const wrong = publisher.send(broken);
    await assert.rejects(wrong, { code: "UNENCODABLE_MESSAGE" });
    await publisher.send({ field1: "second" });
    await subscriber.recv(soon);
    assert.equal((await subscriber.recv(soon)).field1, "second");
    assert.equal(subscriber.stats.lost, 0);
  });
});

describe("subscriber's gaps", () => {
  test("accounts for each message that a slow subscriber loses", async () => {
    await using publisher = new Publisher(anywhere, [Msg01], {
      sequence: true,
      sendHighWaterMark: 5,
    });
    const gaps: Gap[] = [];
    await using subscriber = new Subscriber(publisher.endpoints, [Msg01], {
      receiveHighWaterMark: 5,
    });
    subscriber.onGap((gap) => gaps.push(gap));
    await publisher.waitForSubscribers(1, soon);
    // More than the buffers of the system hold; the subscriber reads none of it meanwhile.
    const text = "x".repeat(256 * 1024);
    let sent = 0;
    for (; sent < 200; sent++) await publisher.send({ field1: text });
    assert.equal(publisher.stats.sent, sent);
    let received = 0;
    while (await subscriber.wait(200)) {
      await subscriber.recv(soon);
      received++;
    }
    // The loss shows with the next message that arrives.
    await publisher.send({ field1: "last" });
    sent++;
    assert.equal((await subscriber.recv(soon)).field1, "last");
    received++;
    assert.ok(received < sent, "the subscriber was to lose messages");
    assert.equal(received + subscriber.stats.lost, sent);
    assert.equal(
      gaps.reduce((sum, gap) => sum + gap.lost, 0),
      subscriber.stats.lost,
    );
    assert.equal(subscriber.stats.gaps, gaps.length);
    assert.equal(gaps.at(-1)?.type, "Msg01");
  });

  test("is told by type and publisher, and not for what came before it subscribed", async () => {
    const { publisher, subscriber, gaps } = await byHand();
    await using _subscriber = subscriber;
    await using _publisher = publisher;
    for (const frame of [
      numbered(1, 7),
      numbered(2, 100),
      numbered(1, 8),
      numbered(1, 3, Msg02),
      numbered(2, 103),
      numbered(1, 9),
      numbered(1, 5, Msg02),
    ]) {
      await publisher.send(frame);
      await subscriber.recv(soon);
    }
    assert.deepEqual(gaps, [
      { type: "Msg01", lost: 2, sequence: 103, publisher: 2 },
      { type: "Msg02", lost: 1, sequence: 5, publisher: 1 },
    ]);
    const { lost, gaps: count, repeated, received } = subscriber.stats;
    assert.deepEqual(
      { lost, count, repeated, received },
      { lost: 3, count: 2, repeated: 0, received: 7 },
    );
  });

  test("counts numbers beyond 32 bits", async () => {
    const { publisher, subscriber, gaps } = await byHand();
    await using _subscriber = subscriber;
    await using _publisher = publisher;
    for (const sequence of [2 ** 32 - 1, 2 ** 32, 2 ** 40]) {
      await publisher.send(numbered(0xffff_ffff, sequence));
      await subscriber.recv(soon);
    }
    const [gap] = gaps;
    assert.deepEqual(gap, {
      type: "Msg01",
      lost: 2 ** 40 - 2 ** 32 - 1,
      sequence: 2 ** 40,
      publisher: 0xffff_ffff,
    });
  });

  const readers: Record<
    string,
    (subscriber: Subscriber<typeof Msg01 | typeof Msg02>) => Promise<string[]>
  > = {
    recv: async (subscriber) => {
      const texts = [];
      while (texts.length < 3) texts.push((await subscriber.recv(soon)).field1);
      return texts;
    },
    "for await": async (subscriber) => {
      const texts: string[] = [];
      for await (const { field1 } of subscriber) if (texts.push(field1) === 3) break;
      return texts;
    },
    "a reactor": async (subscriber) => {
      const texts: string[] = [];
      class Listening extends MtMsgReactor {
        handleMsg01({ field1 }: Msg01): void {
          if (texts.push(field1) === 3) void this.stop();
        }
      }
      await new Listening(subscriber).stopped;
      return texts;
    },
  };
  for (const [how, read] of Object.entries(readers)) {
    test(`drops a message that has come before: ${how}`, async () => {
      const { publisher, subscriber } = await byHand();
      await using _subscriber = subscriber;
      await using _publisher = publisher;
      for (const sequence of [1, 1, 2, 1, 3]) await publisher.send(numbered(1, sequence));
      assert.deepEqual(await read(subscriber), ["1/1", "1/2", "1/3"]);
      assert.equal(subscriber.stats.repeated, 2);
      assert.equal(subscriber.stats.lost, 0);
    });
  }

  test("goes on when a listener throws, and tells no listener that was removed", async () => {
    const { publisher, subscriber, gaps } = await byHand();
    await using _subscriber = subscriber;
    await using _publisher = publisher;
    subscriber.onGap(() => {
      throw new Error("on purpose");
    });
    const unheard: Gap[] = [];
    subscriber.onGap((gap) => unheard.push(gap))();
    for (const sequence of [1, 3]) {
      await publisher.send(numbered(1, sequence));
      await subscriber.recv(soon);
    }
    assert.equal(gaps.length, 1);
    assert.equal(unheard.length, 0);
  });
});

describe("publisher with lastValue", () => {
  test("gives a new subscriber the last message of its types", async () => {
    await using publisher = new Publisher(anywhere, [Msg01, Msg02], { lastValue: true });
    for (const field1 of ["old", "new"]) await publisher.send(Msg01.create({ field1 }));
    await publisher.send(Msg02.create({ field1: "other" }));
    await using first = new Subscriber(publisher.endpoints, [Msg01]);
    assert.equal((await first.recv(soon)).field1, "new");
    await using both = new Subscriber(publisher.endpoints, [Msg01, Msg02]);
    const messages = [await both.recv(soon), await both.recv(soon)];
    assert.deepEqual(
      new Set(messages.map(({ $type, field1 }) => `${$type} ${field1}`)),
      new Set(["Msg01 new", "Msg02 other"]),
    );
    // The first one has got the message again, and drops it.
    await publisher.send(Msg01.create({ field1: "newer" }));
    assert.equal((await first.recv(soon)).field1, "newer");
    assert.equal(first.stats.repeated, 1);
    assert.equal(first.stats.lost, 0);
  });

  test("keeps the types that it was told, and nothing before the first message", async () => {
    await using publisher = new Publisher(anywhere, [Msg01, Msg02], { lastValue: [Msg02] });
    await using early = new Subscriber(publisher.endpoints, [Msg02]);
    await publisher.waitForSubscribers(1, { ...soon, type: Msg02 });
    await publisher.send(Msg01.create({ field1: "not kept" }));
    await publisher.send(Msg02.create({ field1: "kept" }));
    assert.equal((await early.recv(soon)).field1, "kept");
    await using late = new Subscriber(publisher.endpoints, [Msg01, Msg02]);
    assert.equal((await late.recv(soon)).field1, "kept");
    await publisher.send(Msg01.create({ field1: "now" }));
    assert.equal((await late.recv(soon)).field1, "now");
  });

  test("does not keep a message that was not published", async () => {
    await using publisher = new Publisher(anywhere, [Msg01], { lastValue: true });
    await publisher.send({ field1: "published" });
    const signal = AbortSignal.abort(new Error("given up"));
    await assert.rejects(publisher.send({ field1: "given up" }, undefined, { signal }), {
      message: "given up",
    });
    await using subscriber = new Subscriber(publisher.endpoints, [Msg01]);
    assert.equal((await subscriber.recv(soon)).field1, "published");
  });
});
