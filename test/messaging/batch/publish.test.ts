import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as connection from "dividere/connection";
import { EnvelopeEncoder, Publisher, Subscriber } from "dividere/messaging";
import { Msg01, Msg02 } from "../../gen/plain.js";
import { until } from "../../support/until.js";
import { anywhere, Frames, soon, types } from "./frames.js";
import { plainTopic, readerTopic } from "./topics.js";

const first = (field1: string): Msg01 => Msg01.create({ field1 });
const second = (field1: string): Msg02 => Msg02.create({ field1 });

describe("messages that are sent in one turn", () => {
  test("leave in one frame, but for the first, which leaves at once", async () => {
    await using publisher = new Publisher(anywhere, types);
    await using frames = await Frames.of(publisher);
    await Promise.all(["a", "b", "c", "d"].map((text) => publisher.send(first(text))));
    assert.equal(await frames.next(), "a");
    assert.deepEqual(await frames.next(), ["b", "c", "d"]);
    // Alone, or as one of two, a message has the bytes that it always had.
    await publisher.send(first("e"));
    assert.equal(await frames.next(), "e");
    await Promise.all([publisher.send(first("f")), publisher.send(first("g"))]);
    assert.deepEqual([await frames.next(), await frames.next()], ["f", "g"]);
  });

  test("keep their order across types, and a batch holds one type", async () => {
    await using publisher = new Publisher(anywhere, types);
    await using frames = await Frames.of(publisher);
    const sent = [first("1"), first("2"), first("3"), second("4"), second("5"), first("6")];
    await Promise.all(sent.map((message) => publisher.send(message)));
    assert.equal(await frames.next(), "1");
    assert.deepEqual(await frames.next(), ["2", "3"]);
    assert.deepEqual(await frames.next(), ["4", "5"]);
    assert.equal(await frames.next(), "6");
  });

  test("leave one by one with the option batch: false, and where a subscriber is plain", async () => {
    await using off = new Publisher(anywhere, types, { batch: false });
    await using publisher = new Publisher(anywhere, types);
    await using offFrames = await Frames.of(off);
    await using frames = await Frames.of(publisher);
    const texts = ["a", "b", "c"];
    const send = (from: typeof off) => Promise.all(texts.map((text) => from.send(first(text))));
    await send(off);
    for (const text of texts) assert.equal(await offFrames.next(), text);
    for (const topic of ["", plainTopic("Msg01"), Uint8Array.of(0x0a)]) {
      await using plain = new connection.Subscriber(publisher.endpoints, { topics: [topic] });
      await publisher.connector.waitForSubscribers(3, soon);
      await send(publisher);
      for (const text of texts) {
        assert.equal(await frames.next(), text);
        const alone = new EnvelopeEncoder([Msg01]).encode(first(text));
        assert.deepEqual(Buffer.from(await plain.recv(soon)), Buffer.from(alone));
      }
      plain.close();
      // Known once the subscription is gone.
      const known = () => publisher.connector.subscriptionCount();
      await until(() => known() === 2, "the end of a subscription");
    }
    await send(publisher);
    assert.equal(await frames.next(), "a");
    assert.deepEqual(await frames.next(), ["b", "c"]);
  });

  test("leave one by one for one type, and together for another", async () => {
    await using publisher = new Publisher(anywhere, types);
    await using frames = await Frames.of(publisher);
    await using plain = new connection.Subscriber(publisher.endpoints, {
      topics: [plainTopic("Msg02")],
    });
    await publisher.connector.waitForSubscribers(3, soon);
    const sent = [first("1"), first("2"), first("3"), second("4"), second("5")];
    await Promise.all(sent.map((message) => publisher.send(message)));
    assert.equal(await frames.next(), "1");
    assert.deepEqual(await frames.next(), ["2", "3"]);
    assert.deepEqual([await frames.next(), await frames.next()], ["4", "5"]);
    await plain.recv(soon);
  });

  test("do not reach a subscriber of another type whose name begins alike", async () => {
    await using publisher = new Publisher(anywhere, types);
    await using frames = await Frames.of(publisher);
    await using only = new Subscriber(publisher.endpoints, [Msg02]);
    await publisher.waitForSubscribers(2, { ...soon, type: Msg02 });
    const sent = [first("1"), first("2"), first("3"), second("4")];
    await Promise.all(sent.map((message) => publisher.send(message)));
    assert.deepEqual(await only.recv(soon), second("4"));
    assert.equal(only.stats.received, 1);
    assert.equal(await frames.next(), "1");
    assert.deepEqual(await frames.next(), ["2", "3"]);
  });

  test("leave before a message with a time-out, bytes of the connector, and a close", async () => {
    await using publisher = new Publisher(anywhere, types);
    await using frames = await Frames.of(publisher);
    const raw = new EnvelopeEncoder(types).encode(first("raw"));
    const sends = [
      publisher.send(first("a")),
      publisher.send(first("b")),
      publisher.send(first("c")),
      publisher.send(first("limited"), undefined, soon),
      publisher.send(first("d")),
      publisher.send(first("e")),
      publisher.connector.send(raw),
      publisher.send(first("f")),
      publisher.send(first("g")),
    ];
    publisher.close();
    await Promise.all(sends);
    assert.equal(await frames.next(), "a");
    assert.deepEqual(await frames.next(), ["b", "c"]);
    assert.equal(await frames.next(), "limited");
    assert.deepEqual(await frames.next(), ["d", "e"]);
    assert.equal(await frames.next(), "raw");
    assert.deepEqual(await frames.next(), ["f", "g"]);
  });

  test("are refused after the close, and a signal that is aborted gives one up", async () => {
    await using publisher = new Publisher(anywhere, types);
    await using frames = await Frames.of(publisher);
    const signal = AbortSignal.abort(new Error("given up"));
    const sends = [publisher.send(first("a")), publisher.send(first("b"))];
    await assert.rejects(publisher.send(first("never"), undefined, { signal }), {
      message: "given up",
    });
    await Promise.all(sends);
    publisher.close();
    await assert.rejects(publisher.send(first("late")), { code: "CLOSED" });
    assert.deepEqual([await frames.next(), await frames.next()], ["a", "b"]);
  });

  test("wait as long as the options say, and leave at once when the publisher drains", async () => {
    await using publisher = new Publisher(anywhere, types, { batch: { delayMs: 3_600_000 } });
    await using frames = await Frames.of(publisher);
    let settled = 0;
    const sends = ["a", "b", "c"].map((text) => publisher.send(first(text)).then(() => settled++));
    await new Promise(setImmediate);
    assert.equal(settled, 0);
    assert.equal(publisher.stats.queued, 3);
    assert.ok(publisher.stats.queuedBytes > 3 * 32);
    assert.deepEqual(await publisher.drain(), { queued: 0, inFlight: 0 });
    await Promise.all(sends);
    const { sent, queued, queuedBytes } = publisher.stats;
    assert.deepEqual({ sent, queued, queuedBytes }, { sent: 3, queued: 0, queuedBytes: 0 });
    assert.deepEqual(await frames.next(), ["a", "b", "c"]);
  });

  test("leave after their delay", async () => {
    await using publisher = new Publisher(anywhere, types, { batch: { delayMs: 5 } });
    await using frames = await Frames.of(publisher);
    await Promise.all([publisher.send(first("a")), publisher.send(first("b"))]);
    assert.deepEqual(await frames.next(), ["a", "b"]);
  });

  test("leave when a batch is full, and large messages leave alone", async () => {
    await using publisher = new Publisher(anywhere, types, {
      batch: { maxBytes: 400, delayMs: 3_600_000 },
    });
    await using frames = await Frames.of(publisher);
    const text = "x".repeat(40);
    const sends = Array.from({ length: 9 }, () => publisher.send(first(text)));
    sends.push(publisher.send(first("y".repeat(400))));
    await Promise.all(sends);
    const got: number[] = [];
    while (got.reduce((sum, count) => sum + count, 0) < 10) {
      const next = await frames.next();
      got.push(typeof next === "string" ? 1 : next.length);
    }
    assert.deepEqual(got, [4, 4, 1, 1]);
  });

  test("wait within the bounds of the queue, and none at all where that takes none", async () => {
    for (const [bounds, together] of [
      [{ sendQueueLimit: 3 }, 3],
      [{ sendQueueBytes: 160 }, 2],
      [{ sendQueueLimit: 0 }, 1],
    ] as const) {
      await using publisher = new Publisher(anywhere, types, bounds);
      await using frames = await Frames.of(publisher);
      let most = 0;
      const sends = Array.from({ length: 8 }, () => {
        const sending = publisher.send(first("x".repeat(20)));
        most = Math.max(most, publisher.stats.queued);
        return sending;
      });
      assert.equal(most, together === 1 ? 0 : together);
      await Promise.all(sends);
      let got = 0;
      let largest = 0;
      while (got < 8) {
        const next = await frames.next();
        const count = typeof next === "string" ? 1 : next.length;
        largest = Math.max(largest, count);
        got += count;
      }
      assert.equal(largest, together);
      assert.equal(publisher.stats.sent, 8);
    }
  });

  test("count one each, also where the publisher closes while a frame waits for a slow subscriber", async () => {
    const publisher = new Publisher(anywhere, types, { slowSubscribers: "wait" });
    await using _frames = await Frames.of(publisher);
    const large = first("x".repeat(12_000));
    const outcomes: Promise<string>[] = [];
    while (publisher.stats.queued === 0) {
      for (let at = 0; at < 4; at++)
        outcomes.push(
          publisher.send(large).then(
            () => "sent",
            ({ code }) => code,
          ),
        );
      await new Promise(setImmediate);
    }
    publisher.close();
    const seen = await Promise.all(outcomes);
    const { sent, queued, dropped } = publisher.stats;
    const refused = seen.filter((outcome) => outcome === "CLOSED").length;
    assert.ok(refused > 1, "the frame that waited held several messages");
    assert.deepEqual([sent, queued, dropped.closed], [seen.length - refused, 0, refused]);
  });

  test("reject alone when they do not encode", async () => {
    await using publisher = new Publisher(anywhere, types);
    await using frames = await Frames.of(publisher);
    const broken = {
      get field1(): string {
        throw new Error("on purpose");
      },
    };
    const sends = ["a", "b"].map((text) => publisher.send(first(text)));
    const wrong = publisher.send<Msg01>(broken, Msg01);
    sends.push(publisher.send(first("c")));
    await assert.rejects(wrong, { code: "UNENCODABLE_MESSAGE" });
    await Promise.all(sends);
    assert.equal(await frames.next(), "a");
    assert.deepEqual(await frames.next(), ["b", "c"]);
  });

  test("cost no promise but that of the batch", async () => {
    const { createHook } = await import("node:async_hooks");
    await using publisher = new Publisher(anywhere, types);
    await using frames = await Frames.of(publisher);
    let promises = 0;
    const hook = createHook({ init: (_id, type) => void (type === "PROMISE" && promises++) });
    hook.enable();
    const sends = Array.from({ length: 200 }, () => publisher.send(first("x")));
    hook.disable();
    assert.ok(promises < 10, `${promises} promises`);
    await Promise.all(sends);
    assert.equal(await frames.next(), "x");
    assert.equal((await frames.next()).length, 199);
  });

  test("are counted by the subscription to the type, plain or not", async () => {
    await using publisher = new Publisher(anywhere, types);
    await using plain = new connection.Subscriber(publisher.endpoints, {
      topics: [plainTopic("Msg01"), readerTopic("Msg01"), plainTopic("Msg02")],
    });
    await publisher.waitForSubscribers(2, { ...soon, type: Msg01 });
    await publisher.waitForSubscribers(1, { ...soon, type: Msg02 });
    assert.equal(publisher.subscriptionCount(Msg02), 1);
    assert.equal(plain.closed, false);
  });
});
