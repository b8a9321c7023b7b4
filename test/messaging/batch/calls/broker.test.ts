import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Proxy as Between, Dealer as ByteDealer, type Routed } from "dividere/connection";
import { EnvelopeEncoder, Heartbeat, LoadBalancing } from "dividere/messaging";
import { type Frames, messageOf } from "../../../../runtime/src/connection/frames/routed.js";
import { RelaySocket } from "../../../../runtime/src/connection/relay/relay-socket.js";
import { routerSocket } from "../../../../runtime/src/connection/socket/routing.js";
import { readEnvelope } from "../../../../runtime/src/messaging/envelope/parse.js";
import { EnvelopeBatches } from "../../../../runtime/src/messaging/load-balancing/envelope-batches.js";
import { msgEnvelope } from "../../../../runtime/src/wire/gen/MsgLib.js";
import { GreeterRequest } from "../../../gen/plain_dividere.js";
import { until } from "../../../support/until.js";
import { anywhere, soon } from "../frames.js";
import { HandClient, REVERSE, type Seen, single, together } from "./peers.js";

const { Broker } = LoadBalancing;

/** A server by hand behind a broker, which tells nothing of itself but that it is there. */
class HandWorker implements Disposable {
  readonly #dealer: ByteDealer;

  private constructor(broker: LoadBalancing.Broker) {
    this.#dealer = new ByteDealer(broker.backendEndpoints);
  }

  static async register(broker: LoadBalancing.Broker): Promise<HandWorker> {
    const worker = new HandWorker(broker);
    await worker.#dealer.send(new EnvelopeEncoder().encode({ id: "" }, Heartbeat));
    assert.deepEqual((await worker.#dealer.recv(soon)).route, []);
    return worker;
  }

  /** The next request; there are no further heartbeats in the time of a test. */
  async next(): Promise<Routed<Uint8Array>> {
    return await this.#dealer.recv(soon);
  }

  async answer({ route }: Routed<Uint8Array>, message: Uint8Array): Promise<void> {
    await this.#dealer.send({ route, message });
  }

  [Symbol.dispose](): void {
    this.#dealer.close();
  }
}

const request = (text: string, features = 3) => ({
  id: `id-${text}`,
  text,
  features,
  rpc: REVERSE,
});
const openBroker = (options = {}) =>
  new Broker(anywhere, anywhere, { heartbeatIntervalMs: 600_000, ...options });
const clientOf = (broker: LoadBalancing.Broker) =>
  new HandClient(broker.frontendEndpoints[0] as string);

describe("requests that travel together to a broker", () => {
  test("reach the servers one by one, as they were, and their answers travel together", async () => {
    await using broker = openBroker();
    const workers: HandWorker[] = [];
    for (let count = 0; count < 4; count++) workers.push(await HandWorker.register(broker));
    using client = clientOf(broker);
    const requests = ["a", "b", "c", "d"].map((text) => request(text));
    await client.send(together(requests));
    const taken = await Promise.all(workers.map((worker) => worker.next()));
    taken.forEach(({ route, message }, index) => {
      const expected = requests[index] as (typeof requests)[number];
      assert.deepEqual(Buffer.from(message), Buffer.from(single(expected)));
      assert.equal(Buffer.from(route[1] as Uint8Array).toString(), expected.id);
      assert.deepEqual([route.length, route[2]?.length], [3, 0]);
    });
    workers.forEach((worker, index) => {
      void worker.answer(taken[index] as Routed<Uint8Array>, single({ text: `to ${index}` }));
    });
    const seen: Seen[] = [];
    while (seen.length < 4) seen.push(...(await client.next()));
    assert.deepEqual(
      seen.sort((one, other) => one.id.localeCompare(other.id)),
      requests.map(({ id }, index) => ({ id, text: `to ${index}`, features: 2 })),
    );
    await until(() => broker.counters.answered === 4, "four answers");
    assert.equal(broker.counters.forwarded, 4);
    for (const worker of workers) worker[Symbol.dispose]();
  });

  test("are refused one by one where the queue is full or one is malformed", async () => {
    await using broker = openBroker({ queueLimit: 1 });
    using client = clientOf(broker);
    await client.send(together(["a", "b", "c"].map((text) => request(text))));
    const statuses = [await client.nextEnvelope(), await client.nextEnvelope()];
    assert.deepEqual(
      statuses.map(({ status }) => status?.code),
      ["QUEUE_FULL", "QUEUE_FULL"],
    );
    assert.equal(broker.queued, 1);
    const [id, empty, frame] = together(["d", "e"].map((text) => request(text)));
    const ofNoCall = Buffer.from(frame as Uint8Array);
    // The tag of the earlier message's id becomes that of a field which no batch has.
    ofNoCall[ofNoCall.lastIndexOf("id-d") - 2] = 0x1a;
    await client.send([id as Uint8Array, empty as Uint8Array, ofNoCall]);
    await until(() => broker.counters.malformed === 1, "a malformed request");
    assert.equal(broker.counters.overflowed, 3);
  });

  test("of a generated client are answered, whatever their number", async () => {
    await using broker = openBroker();
    const workers: HandWorker[] = [];
    for (let count = 0; count < 4; count++) workers.push(await HandWorker.register(broker));
    const served = workers.map(async (worker) => {
      for (;;) {
        const taken = await worker.next();
        const { msg } = msgEnvelope.decode(taken.message);
        const answer = msgEnvelope.create({ msgName: "Msg01", ...(msg !== undefined && { msg }) });
        await worker.answer(taken, msgEnvelope.encode(answer).finish());
      }
    });
    await using client = new GreeterRequest(broker.frontendEndpoints);
    for (let round = 0; round < 3; round++) {
      const texts = Array.from({ length: 500 }, (_, index) => `${round} ${index}`);
      const answers = await Promise.all(texts.map((field1) => client.reverse({ field1 }, soon)));
      assert.deepEqual(
        answers.map(({ field1 }) => field1),
        texts,
      );
    }
    const { forwarded, answered } = broker.counters;
    assert.deepEqual([forwarded, answered], [1_500, 1_500]);
    assert.equal(client.unwantedReplies, 0);
    for (const worker of workers) worker[Symbol.dispose]();
    for (const { status } of await Promise.allSettled(served)) assert.equal(status, "rejected");
  });
});

describe("a broker's answers", () => {
  test("of one turn leave in one frame and in their order, but for one when no other is awaited", async () => {
    await using frontend = new RelaySocket(routerSocket({}), anywhere, {});
    const batches = new EnvelopeBatches(frontend);
    using client = new HandClient(frontend.endpoints[0] as string);
    await client.send(together(["a", "b", "c", "d"].map((text) => request(text))));
    const routes: Frames[] = [];
    await new Promise<void>((resolve) => {
      void frontend.read((frames) => {
        batches.note(frames, readEnvelope(messageOf(frames)));
        if (routes.push(frames.slice(0, -1)) === 4) resolve();
        return undefined;
      });
    });
    const answers = routes.map((route, index) => [...route, single({ text: `${index}` })]);
    const [first, ...others] = answers as [Frames, ...Frames[]];
    const sent = [batches.send(first, false), ...others.map((each) => batches.send(each, true))];
    await Promise.all(sent);
    const seen = [await client.next(), await client.next()];
    assert.deepEqual(
      seen.map((frame) => frame.map(({ text }) => text)),
      [["0"], ["1", "2", "3"]],
    );
  });

  for (const features of [0, 1]) {
    test(`travel one by one and unchanged to a client that has shown the features ${features}`, async () => {
      await using broker = openBroker();
      using worker = await HandWorker.register(broker);
      using client = clientOf(broker);
      for (const text of ["a", "b"]) {
        await client.send([text, "", single({ text, features, rpc: REVERSE })]);
        const taken = await worker.next();
        const answer = single({ text, features: features & 1 });
        await worker.answer(taken, answer);
        const envelope = await client.nextEnvelope();
        assert.deepEqual(Buffer.from(msgEnvelope.encode(envelope).finish()), Buffer.from(answer));
      }
    });
  }

  test("keep the features that the server shows", async () => {
    await using broker = openBroker();
    using worker = await HandWorker.register(broker);
    using client = clientOf(broker);
    for (const [shown, expected] of [
      [0, 2],
      [1, 3],
      [3, 3],
      [64, 66],
    ]) {
      await client.send(["id", "", single({ text: "a", features: 3, rpc: REVERSE })]);
      await worker.answer(await worker.next(), single({ text: "A", features: shown as number }));
      assert.deepEqual(await client.next(), [{ id: "id", text: "A", features: expected }]);
    }
    // Features that need a second byte are unknown, and an answer that is no envelope is none of the broker's business.
    for (const bytes of [single({ text: "A", features: 300 }), Buffer.from("no envelope")]) {
      await client.send(["id", "", single({ text: "a", features: 3, rpc: REVERSE })]);
      await worker.answer(await worker.next(), bytes);
      assert.deepEqual(await client.nextFrame(), Buffer.from(bytes));
    }
  });

  test("show nothing to a client behind a proxy, or to one that no longer reads batches", async () => {
    await using broker = openBroker();
    using worker = await HandWorker.register(broker);
    await using proxy = new Between(anywhere, anywhere);
    using behind = new HandClient(proxy.frontendEndpoints[0] as string);
    using between = await connectBetween(proxy, broker);
    await behind.send(["id", "", single({ text: "a", features: 3, rpc: REVERSE })]);
    await worker.answer(await worker.next(), single({ text: "A" }));
    assert.deepEqual(await behind.next(), [{ id: "id", text: "A", features: 0 }]);
    between[Symbol.dispose]();
    using client = clientOf(broker);
    for (const [features, expected] of [
      [3, 2],
      [1, 0],
    ]) {
      await client.send(["id", "", single({ text: "a", features: features as number })]);
      await worker.answer(await worker.next(), single({ text: "A" }));
      assert.deepEqual(await client.next(), [{ id: "id", text: "A", features: expected }]);
    }
  });

  test("that wait to travel together leave before the broker stops", async () => {
    const broker = openBroker();
    const workers = [await HandWorker.register(broker), await HandWorker.register(broker)];
    using client = clientOf(broker);
    await client.send(together(["a", "b"].map((text) => request(text))));
    const taken = await Promise.all(workers.map((worker) => worker.next()));
    for (const [index, worker] of workers.entries())
      await worker.answer(taken[index] as Routed<Uint8Array>, single({ text: "done" }));
    assert.deepEqual(await broker.drain(soon), { queued: 0, inFlight: 0 });
    const seen: Seen[] = [];
    while (seen.length < 2) seen.push(...(await client.next()));
    assert.deepEqual(seen.map(({ id }) => id).sort(), ["id-a", "id-b"]);
    for (const worker of workers) worker[Symbol.dispose]();
  });
});

/** Hands on what a proxy's clients send to a broker, and the answers back. */
async function connectBetween(proxy: Between, broker: LoadBalancing.Broker): Promise<Disposable> {
  const backend = new ByteDealer(proxy.backendEndpoints.map((endpoint) => `>${endpoint}`));
  const frontend = new ByteDealer(broker.frontendEndpoints);
  const pump = async (from: ByteDealer, to: ByteDealer): Promise<void> => {
    for await (const message of from) await to.send(message);
  };
  const pumps = [pump(backend, frontend), pump(frontend, backend)];
  for (const each of pumps) each.catch(() => {});
  return {
    [Symbol.dispose]: () => {
      backend.close();
      frontend.close();
    },
  };
}
