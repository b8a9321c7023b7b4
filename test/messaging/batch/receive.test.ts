import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import * as connection from "dividere/connection";
import {
  EnvelopeDecoder,
  EnvelopeEncoder,
  type Gap,
  type MessageType,
  MtMsgReactor,
  Subscriber,
} from "dividere/messaging";
import { batch, msgEnvelope } from "../../../runtime/src/wire/gen/MsgLib.js";
import { Msg01, Msg02, Telegram } from "../../gen/plain.js";
import { GreeterPublisher, GreeterSubscriber } from "../../gen/plain_dividere.js";
import { anywhere, type Both, soon, take, textsOf, types } from "./frames.js";
import { readerTopic } from "./topics.js";

const encoder = new EnvelopeEncoder<MessageType<object>>();
const envelope = (field1: string, type: MessageType<object> = Msg01): Uint8Array =>
  encoder.encode({ field1 }, type);

/** The last of these frames, behind which these bytes travel as the earlier messages. */
function withEarlier(last: Uint8Array, earlier: Uint8Array): Uint8Array {
  return Buffer.concat([last, new BinaryWriter().uint32(0x62).bytes(earlier).finish()]);
}

/** A batch of these frames, each of which need not be an envelope. */
function batchOf(frames: readonly Uint8Array[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const frame of frames.slice(0, -1)) writer.uint32(0x0a).bytes(frame);
  return withEarlier(frames.at(-1) as Uint8Array, writer.finish());
}

/** A subscriber to a publisher whose frames the test writes. */
async function byHand(given: readonly Both[] = types) {
  const publisher = new connection.Publisher(anywhere);
  const gaps: Gap[] = [];
  const onGap = (gap: Gap) => void gaps.push(gap);
  const subscriber = new Subscriber(publisher.endpoints, given, { onGap });
  await publisher.waitForSubscribers(given.length, soon);
  return { publisher, subscriber, gaps };
}

/** The ways to receive; each adds the texts to a list, up to "d" at most. */
const ways: Record<string, (from: Subscriber<Both>, texts: string[]) => Promise<unknown>> = {
  recv: async (from, texts) => texts.push((await from.recv(soon)).field1),
  "for await": async (from, texts) => {
    for await (const { field1 } of from) if (texts.push(field1) && field1 === "d") break;
  },
  batches: async (from, texts) => {
    for await (const messages of from.batches())
      if (texts.push(...textsOf(messages)) && texts.at(-1) === "d") break;
  },
};

describe("a batch", () => {
  test("is the message that proto/MsgLib.proto describes", async () => {
    const envelopes = ["a", "b"].map((text) => msgEnvelope.decode(envelope(text)));
    const { publisher, subscriber } = await byHand();
    await using _subscriber = subscriber;
    await using _publisher = publisher;
    const earlier = batch.create({ envelopes });
    const whole = msgEnvelope.create({
      ...msgEnvelope.decode(envelope("c")),
      sequence: 7n,
      publisher: 9,
      earlier,
    });
    await publisher.send(msgEnvelope.encode(whole).finish());
    assert.deepEqual(textsOf(await take(subscriber, 3)), ["a", "b", "c"]);
  });

  test("is its last message to a reader that does not know the field", async () => {
    const frame = batchOf(["a", "b", "c"].map((text) => envelope(text)));
    assert.equal(new EnvelopeDecoder(types).decode(frame).field1, "c");
  });

  test("arrives as single messages, whichever way they are received", async () => {
    const { publisher, subscriber } = await byHand();
    await using _subscriber = subscriber;
    await using _publisher = publisher;
    const waiting = [subscriber.recv(soon), subscriber.recv(soon), subscriber.recv(soon)];
    const frame = batchOf(["a", "b", "c", "d", "e", "f", "g"].map((text) => envelope(text)));
    await publisher.send(frame);
    await publisher.send(envelope("h"));
    assert.deepEqual(textsOf(await Promise.all(waiting)), ["a", "b", "c"]);
    assert.equal(await subscriber.wait(0), true);
    const signal = AbortSignal.abort(new Error("given up"));
    await assert.rejects(subscriber.recv({ signal }), { message: "given up" });
    assert.equal((await subscriber.recv({ timeoutMs: 0 })).field1, "d");
    assert.deepEqual(textsOf(await take(subscriber, 2)), ["e", "f"]);
    const overlapping = [subscriber.recv(soon), subscriber.recv(soon)];
    assert.deepEqual(textsOf(await Promise.all(overlapping)), ["g", "h"]);
    assert.equal(await subscriber.wait(1), false);
    const { received, receivedBytes } = subscriber.stats;
    assert.equal(received, 8);
    assert.equal(receivedBytes, frame.length + envelope("h").length);
  });

  test("arrives as an array in batches(), single messages in arrays of one", async () => {
    const { publisher, subscriber } = await byHand();
    await using _subscriber = subscriber;
    await using _publisher = publisher;
    await publisher.send(envelope("alone"));
    await publisher.send(batchOf(["a", "b", "c"].map((text) => envelope(text))));
    await publisher.send(envelope("last", Msg02));
    const arrays = await take(subscriber.batches(), 3);
    assert.deepEqual(arrays.map(textsOf), [["alone"], ["a", "b", "c"], ["last"]]);
    assert.equal(arrays[2]?.[0]?.$type, "Msg02");
    // One loop at a time, and none after the close.
    const loop = subscriber.batches();
    const pending = loop.next();
    await assert.rejects(subscriber[Symbol.asyncIterator]().next(), { code: "READER_BUSY" });
    subscriber.close();
    assert.deepEqual(await pending, { done: true, value: undefined });
    for await (const _ of subscriber.batches()) assert.fail("no message was to come");
  });

  test("leaves other work its turn, and batches() its arrays in pieces", async () => {
    const { publisher, subscriber } = await byHand();
    await using _subscriber = subscriber;
    await using _publisher = publisher;
    const count = 5_000;
    const frame = batchOf(Array.from({ length: count }, (_, index) => envelope(String(index))));
    await publisher.send(frame);
    await publisher.send(frame);
    let turns = 0;
    let over = false;
    const turn = (): void => {
      turns++;
      if (!over) setImmediate(turn);
    };
    await subscriber.wait();
    setImmediate(turn);
    const messages = await take(subscriber, count);
    over = true;
    assert.ok(turns >= 5, `${turns} turns`);
    assert.deepEqual(
      textsOf(messages),
      Array.from({ length: count }, (_, index) => String(index)),
    );
    let got = 0;
    for await (const array of subscriber.batches()) {
      assert.ok(array.length <= 512);
      got += array.length;
      if (got === count) break;
    }
  });

  const last = envelope("last");
  const wrong: Record<string, Uint8Array> = {
    "is cut off": Buffer.concat([Uint8Array.of(0x0a, 3), envelope("abc")]),
    "ends in a longer envelope": Uint8Array.of(0x0a, 99, 1),
    "claims 2^35 bytes": Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f),
    "claims 2^64 bytes": Buffer.concat([
      Uint8Array.of(0x0a),
      Buffer.alloc(9, 0xff),
      Uint8Array.of(1),
    ]),
    "has an unknown field": Uint8Array.of(0x7a, 1, 1),
  };
  for (const [how, earlier] of Object.entries(wrong)) {
    test(`whose field ${how} fails once, and its last message is delivered`, async () => {
      const { publisher, subscriber } = await byHand();
      await using _subscriber = subscriber;
      await using _publisher = publisher;
      await publisher.send(withEarlier(last, earlier));
      await publisher.send(envelope("next"));
      await assert.rejects(subscriber.recv(soon), { code: "MALFORMED_ENVELOPE" });
      assert.equal((await subscriber.recv(soon)).field1, "last");
      assert.equal((await subscriber.recv(soon)).field1, "next");
    });
  }

  test("that is empty, or inside another batch, adds no message", async () => {
    const { publisher, subscriber } = await byHand();
    await using _subscriber = subscriber;
    await using _publisher = publisher;
    await publisher.send(withEarlier(last, new Uint8Array(0)));
    await publisher.send(batchOf([batchOf([envelope("inner"), envelope("outer")]), last]));
    const got = textsOf(await take(subscriber, 3));
    assert.deepEqual(got, ["last", "outer", "last"]);
    assert.equal(subscriber.stats.received, 3);
  });

  test("whose frame is cut off does not decode", async () => {
    const { publisher, subscriber } = await byHand();
    await using _subscriber = subscriber;
    await using _publisher = publisher;
    const whole = batchOf([envelope("a"), envelope("b"), last]);
    for (let cut = 1; cut < 40; cut++) await publisher.send(whole.subarray(0, -cut));
    await publisher.send(whole);
    let failures = 0;
    for (;;) {
      try {
        assert.deepEqual(textsOf(await take(subscriber, 3)), ["a", "b", "last"]);
        break;
      } catch (error) {
        assert.equal((error as { code: string }).code, "MALFORMED_ENVELOPE");
        failures++;
      }
    }
    assert.equal(failures, 39);
  });

  test("delivers what decodes, fails for each message that does not, and drops other types", async () => {
    const broken = new EnvelopeEncoder().wrap(Uint8Array.of(0x0a, 9), Msg01 as MessageType);
    const parts = [
      envelope("a"),
      broken,
      envelope("b"),
      encoder.encode({ text: "of no type that was subscribed to" }, Telegram),
      envelope("c"),
      new Uint8Array(0),
      envelope("d"),
    ];
    for (const [way, read] of Object.entries(ways)) {
      const { publisher, subscriber } = await byHand([Msg01]);
      await using _subscriber = subscriber;
      await using _publisher = publisher;
      await publisher.send(batchOf(parts));
      const got: string[] = [];
      while (got.at(-1) !== "d") {
        await read(subscriber, got).catch((error) => got.push(error.code));
      }
      assert.deepEqual(got, ["a", "MALFORMED_MESSAGE", "b", "c", "d"], way);
    }
  });

  test("of numbered messages is checked for losses and repetitions message by message", async () => {
    const numbered = (sequence: number): Uint8Array =>
      encoder.encode({ field1: String(sequence) }, Msg01, {
        publication: { publisher: 1, sequence },
      });
    for (const inArrays of [false, true]) {
      const { publisher, subscriber, gaps } = await byHand();
      await using _subscriber = subscriber;
      await using _publisher = publisher;
      await publisher.send(batchOf([1, 2, 2, 5, 4].map(numbered)));
      await publisher.send(batchOf([6, 7].map(numbered)));
      const got: string[] = [];
      if (inArrays) {
        for await (const messages of subscriber.batches()) {
          got.push(...textsOf(messages));
          if (got.length === 5) break;
        }
      } else got.push(...textsOf(await take(subscriber, 5)));
      assert.deepEqual(got, ["1", "2", "5", "6", "7"]);
      assert.deepEqual(gaps, [{ type: "Msg01", lost: 2, sequence: 5, publisher: 1 }]);
      assert.equal(subscriber.stats.repeated, 2);
    }
  });

  test("reaches a reactor message by message", async () => {
    const { publisher, subscriber } = await byHand();
    await using _publisher = publisher;
    const texts: string[] = [];
    class Listening extends MtMsgReactor {
      handleMsg01({ field1 }: Msg01): void {
        if (texts.push(field1) === 3) void this.stop();
      }
    }
    await publisher.send(batchOf(["a", "b", "c"].map((text) => envelope(text))));
    await new Listening(subscriber).stopped;
    assert.deepEqual(texts, ["a", "b", "c"]);
  });
});

describe("a generated subscriber", () => {
  test("gives arrays of its events", async () => {
    await using publisher = new GreeterPublisher(anywhere);
    await using subscriber = new GreeterSubscriber(publisher.endpoints, { types: [Msg02] });
    await publisher.waitForSubscribers(1, { ...soon, type: Msg02 });
    const sends = ["a", "b", "c"].map((field1) => publisher.announce({ field1 }));
    await Promise.all(sends);
    const got: string[] = [];
    for await (const messages of subscriber.batches()) {
      for (const message of messages) if (message.$type === "Msg02") got.push(message.field1);
      if (got.length === 3) break;
    }
    assert.deepEqual(got, ["a", "b", "c"]);
    // The topic says so on the wire.
    assert.equal(publisher.connector.subscriptionCount(readerTopic("Msg02")), 1);
  });
});
