import assert from "node:assert/strict";
import { test } from "node:test";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { Publisher } from "dividere/connection";
import { EnvelopeEncoder } from "dividere/messaging";
import { EventLog } from "../../../cli/dist/monitor/events/event-log.js";
import { MOST_EVENTS, type StreamMessage } from "../../../cli/src/monitor/protocol.js";
import { Msg02 } from "../../gen/plain.js";
import { until } from "../../support/until.js";

const local = "tcp://127.0.0.1:*";

/** The event log of a publisher, with the messages that it has emitted. */
class Logged implements AsyncDisposable {
  readonly messages: StreamMessage[] = [];
  readonly log = new EventLog(
    () => [],
    (message) => this.messages.push(message),
  );
  readonly #publisher = new Publisher(local);
  readonly #encoder = new EnvelopeEncoder();
  #sent = 0;

  async start(): Promise<void> {
    this.log.start([...this.#publisher.endpoints], {});
    await this.#publisher.waitForSubscribers(1);
  }

  /** Publishes messages of these types, no more at a time than a publisher keeps for a subscriber. */
  async publish(types: readonly string[]): Promise<void> {
    for (const $type of types) {
      await this.#publisher.send(this.#encoder.encode({ field1: "" }, { ...Msg02, $type }));
      this.#sent++;
      if (this.#sent % 500 !== 0) continue;
      await until(() => this.counted === this.#sent, `${this.#sent} events`);
    }
    await until(() => this.counted === this.#sent, `${this.#sent} events`);
  }

  /** Publishes messages of a type in one frame, as a publisher does whose subscribers all read that. */
  async publishTogether($type: string, count: number): Promise<void> {
    const envelope = this.#encoder.encode({ field1: "" }, { ...Msg02, $type });
    const batch = new BinaryWriter();
    for (let at = 1; at < count; at++) batch.uint32(0x0a).bytes(envelope);
    // The field `earlier` of the last message's envelope.
    const earlier = new BinaryWriter().uint32(0x62).bytes(batch.finish()).finish();
    await this.#publisher.send(Buffer.concat([envelope, earlier]));
    this.#sent += count;
    await until(() => this.counted === this.#sent, `${this.#sent} events`);
  }

  get counted(): number {
    return this.log.all.types.reduce((sum, { count }) => sum + count, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.log.close();
    this.#publisher.close();
  }
}

test("a flood of events is counted to the last, and shown as far as anybody can read", async () => {
  await using logged = new Logged();
  await logged.start();
  const sent = 20_000;
  await logged.publish(new Array(sent).fill("Msg02"));
  const batches = () =>
    logged.messages.flatMap((each) => (each.type === "events" ? [each.batch] : []));
  const told = (): number =>
    batches().reduce((sum, { events, skipped }) => sum + events.length + skipped, 0);
  await until(() => told() === sent, "all batches");
  assert.ok(batches().every(({ events }) => events.length <= 50));
  assert.ok(logged.log.all.events.length <= MOST_EVENTS);
  assert.ok(batches().some(({ skipped }) => skipped > 0));
  const numbers = batches().flatMap(({ events }) => events.map(({ number }) => number));
  assert.deepEqual(
    numbers,
    [...new Set(numbers)].sort((one, other) => one - other),
  );
});

test("events that left together in one frame are shown one by one", async () => {
  await using logged = new Logged();
  await logged.start();
  await logged.publishTogether("Msg02", 3);
  assert.deepEqual(logged.log.all.types, [{ type: "Msg02", count: 3 }]);
});

test("from some number of types on, the others are counted together", async () => {
  await using logged = new Logged();
  await logged.start();
  await logged.publish(Array.from({ length: 400 }, (_, at) => `Made${at}`));
  const { types } = logged.log.all;
  assert.equal(types.length, 201);
  assert.deepEqual(types.at(-1), { type: "(other types)", count: 200 });
});
