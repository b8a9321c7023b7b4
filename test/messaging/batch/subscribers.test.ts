// What subscribers of both kinds get while they come and go, and while a publisher sends without a pause.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as connection from "dividere/connection";
import { EnvelopeDecoder, type MessageOf, Publisher, Subscriber } from "dividere/messaging";
import { Msg01, Msg02 } from "../../gen/plain.js";
import { until } from "../../support/until.js";
import { anywhere, type Both, soon, types } from "./frames.js";
import { plainTopic } from "./topics.js";

const decoder = new EnvelopeDecoder(types);
const unbounded = { sendHighWaterMark: 0, receiveHighWaterMark: 0 };

/** Sends numbered messages in bursts of all sizes and both types until it is told to stop. */
class Source {
  readonly publisher: Publisher<Both>;
  sent = 0;
  #running: Promise<void> | undefined;
  #over = false;

  constructor(publisher: Publisher<Both>) {
    this.publisher = publisher;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<number> {
    this.#over = true;
    await this.#running;
    return this.sent;
  }

  async #run(): Promise<void> {
    let seed = 11;
    while (!this.#over) {
      seed = (seed * 48_271) % 2_147_483_647;
      const sends: Promise<void>[] = [];
      for (let left = 1 + (seed % 40); left > 0; left--) {
        seed = (seed * 48_271) % 2_147_483_647;
        const type = seed % 5 === 0 ? Msg02 : Msg01;
        sends.push(this.publisher.send(type.create({ field1: String(++this.sent) })));
      }
      await Promise.all(sends);
      if (seed % 3 === 0) await new Promise(setImmediate);
    }
  }
}

/**
 * Adds the numbers of the next 3,000 messages to the list, from when the subscriber gets both types: its two
 * subscriptions take effect one after the other.
 *
 * @returns The most messages that have arrived together.
 */
async function readBatches(subscriber: Subscriber<Both>, numbers: number[]): Promise<number> {
  let together = 0;
  const seen = new Set<string | undefined>();
  for await (const messages of subscriber.batches()) {
    together = Math.max(together, messages.length);
    for (const { $type, field1 } of messages) {
      if (seen.add($type).size === 2) numbers.push(Number(field1));
    }
    if (numbers.length >= 3_000) break;
  }
  return together;
}

/** Fails unless the numbers go up one by one. */
function checkUnbroken(numbers: readonly number[], who: string): void {
  numbers.forEach((number, index) => {
    assert.equal(number, (numbers[0] ?? 0) + index, `${who}, after ${numbers[index - 1]}`);
  });
}

describe("subscribers of one publisher", () => {
  test("each get every message once and in order from their first, whoever comes and goes", async () => {
    await using publisher = new Publisher(anywhere, types, unbounded);
    const source = new Source(publisher);
    await using steady = new Subscriber(publisher.endpoints, types, unbounded);
    await publisher.waitForSubscribers(1, { ...soon, type: Msg01 });
    await publisher.waitForSubscribers(1, { ...soon, type: Msg02 });
    const all: number[] = [];
    const reading = (async () => {
      for await (const { field1 } of steady) all.push(Number(field1));
    })();
    source.start();
    let together = 0;
    for (let round = 0; round < 30; round++) {
      // Plain ones of all messages, and ours.
      const plain = new connection.Subscriber(publisher.endpoints, unbounded);
      const ours = new Subscriber(publisher.endpoints, types, unbounded);
      const numbers: { plain: number[]; ours: number[] } = { plain: [], ours: [] };
      while (numbers.plain.length < 300)
        numbers.plain.push(Number(decoder.decode(await plain.recv(soon)).field1));
      // Without the plain one the messages leave together again, mid-stream for ours.
      plain.close();
      together = Math.max(together, await readBatches(ours, numbers.ours));
      ours.close();
      checkUnbroken(numbers.plain, "plain");
      checkUnbroken(numbers.ours, "ours");
    }
    const sent = await source.stop();
    await until(() => all.length >= sent, "the last message");
    assert.equal(all[0], 1);
    assert.equal(all.length, sent);
    checkUnbroken(all, "the steady one");
    assert.ok(together > 1, "messages were to leave together");
    steady.close();
    await reading;
  });

  test("miss nothing where a plain one of one type comes between single messages and batches", async () => {
    await using publisher = new Publisher(anywhere, types, unbounded);
    await using steady = new Subscriber(publisher.endpoints, [Msg01], unbounded);
    await publisher.waitForSubscribers(1, { ...soon, type: Msg01 });
    let number = 0;
    const burst = (): Promise<unknown> =>
      Promise.all(
        Array.from({ length: 8 }, () => publisher.send(Msg01.create({ field1: String(++number) }))),
      );
    for (let round = 0; round < 40; round++) {
      // Its subscription takes effect in a send of the publisher, which hears of it later.
      const topics = [plainTopic("Msg01")];
      const plain = new connection.Subscriber(publisher.endpoints, { ...unbounded, topics });
      const numbers: number[] = [];
      while (numbers.length < 40) {
        await burst();
        while (await plain.wait(0))
          numbers.push(Number(decoder.decode(await plain.recv(soon)).field1));
      }
      plain.close();
      checkUnbroken(numbers, "plain");
    }
    const numbers: number[] = [];
    while (numbers.length < number) numbers.push(Number((await steady.recv(soon)).field1));
    checkUnbroken(numbers, "ours");
  });

  test("behind a proxy that merges their subscriptions get single messages, the plain one too", async () => {
    await using publisher = new Publisher(anywhere, types, unbounded);
    const { XPublisher, XSubscriber } = await import("zeromq");
    const front = new XSubscriber({ receiveHighWaterMark: 0 });
    const back = new XPublisher({ sendHighWaterMark: 0 });
    front.connect(publisher.endpoints[0] as string);
    back.bindSync(anywhere);
    const pump = (async () => {
      try {
        for await (const frames of front) await back.send(frames);
      } catch {}
    })();
    const upstream = (async () => {
      try {
        for await (const [subscription] of back) await front.send(subscription as Buffer);
      } catch {}
    })();
    const endpoint = back.lastEndpoint as string;
    await using ours = new Subscriber(endpoint, [Msg01], unbounded);
    await publisher.waitForSubscribers(1, { ...soon, type: Msg01 });
    const received: MessageOf<typeof Msg01>[] = [];
    const send = (texts: readonly string[]): Promise<unknown> =>
      Promise.all(texts.map((field1) => publisher.send(Msg01.create({ field1 }))));
    await send(["1", "2", "3"]);
    for (let count = 0; count < 3; count++) received.push(await ours.recv(soon));
    const topics = [plainTopic("Msg01")];
    await using plain = new connection.Subscriber(endpoint, { topics });
    await publisher.connector.waitForSubscribers(1, { ...soon, topic: plainTopic("Msg01") });
    await send(["4", "5", "6"]);
    for (let count = 0; count < 3; count++) received.push(await ours.recv(soon));
    for (const text of ["4", "5", "6"])
      assert.equal(decoder.decode(await plain.recv(soon)).field1, text);
    assert.deepEqual(
      received.map(({ field1 }) => field1),
      ["1", "2", "3", "4", "5", "6"],
    );
    front.close();
    back.close();
    await Promise.all([pump, upstream]);
  });
});
