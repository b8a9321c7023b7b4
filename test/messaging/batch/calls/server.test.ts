import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Proxy as Between } from "dividere/connection";
import { LoadBalancing, MpMsgReactor, RequestError } from "dividere/messaging";
import { msgEnvelope } from "../../../../runtime/src/wire/gen/MsgLib.js";
import type { Msg01, Msg02, Scalars } from "../../../gen/plain.js";
import { GreeterReactor, GreeterRequest } from "../../../gen/plain_dividere.js";
import { until } from "../../../support/until.js";
import { anywhere, soon } from "../frames.js";
import { HandClient, REVERSE, type Seen, single, together } from "./peers.js";

class Greeter extends GreeterReactor {
  readonly seen: string[] = [];
  readonly errors: Error[] = [];

  override handleMsg01({ field1 }: Msg01): Msg01 {
    this.seen.push(field1);
    if (field1 === "refuse") throw new RequestError("NOT_FOUND", "it is not here");
    return { field1: field1.toUpperCase() };
  }

  override handleScalars(msg: Scalars): Scalars {
    return msg;
  }

  override handleMsg02(_msg: Msg02): void {}

  override handleTelegram(): void {}

  override onError(error: Error): void {
    this.errors.push(error);
  }
}

const request = (id: string, text: string, features = 3) => ({ id, text, features, rpc: REVERSE });
const requests = ["a", "b", "c", "d"].map((text) => request(`id-${text}`, text));
const answersTo = (ids: readonly string[]): Seen[] =>
  ids.map((id) => ({ id, text: id.slice(-1).toUpperCase(), features: 3 }));

/** The next messages, and the number of frames in which they came. */
async function take(client: HandClient, count: number): Promise<{ seen: Seen[]; frames: number }> {
  const seen: Seen[] = [];
  let frames = 0;
  for (; seen.length < count; frames++) seen.push(...(await client.next()));
  return { seen, frames };
}

describe("answers of one turn", () => {
  test("travel together to a client that reads them", async () => {
    await using server = new Greeter({ serve: anywhere });
    using client = new HandClient(server.endpoints[0] as string);
    await client.send(together(requests));
    const { seen, frames } = await take(client, 4);
    assert.deepEqual(seen, answersTo(requests.map(({ id }) => id)));
    assert.ok(frames < 4, `${frames} frames`);
    await client.send(["alone", "", single({ text: "e", features: 3, rpc: REVERSE })]);
    assert.deepEqual(await client.next(), [{ id: "alone", text: "E", features: 3 }]);
  });

  for (const features of [0, 1]) {
    test(`travel one by one to a client that has shown the features ${features}`, async () => {
      await using server = new Greeter({ serve: anywhere });
      using client = new HandClient(server.endpoints[0] as string);
      for (const { id, text } of requests)
        await client.send([id, "", single({ text, rpc: REVERSE, features })]);
      const { seen, frames } = await take(client, 4);
      assert.equal(frames, 4);
      assert.deepEqual(
        seen.map(({ id, text }) => [id, text]),
        requests.map(({ id, text }) => [id, text.toUpperCase()]),
      );
    });
  }

  test("find their clients when many ask at once", async () => {
    await using server = new Greeter({ serve: anywhere });
    const clients = Array.from({ length: 5 }, () => new GreeterRequest(server.endpoints));
    const texts = Array.from({ length: 200 }, (_, index) => `text ${index}`);
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(
        clients.map((client, index) =>
          Promise.all(texts.map((text) => client.reverse({ field1: `${index} ${text}` }, soon))),
        ),
      );
      answers.forEach((each, index) => {
        assert.deepEqual(
          each.map(({ field1 }) => field1),
          texts.map((text) => `${index} ${text}`.toUpperCase()),
        );
      });
    }
    for (const client of clients) client.close();
  });

  test("of requests that are refused or malformed reach their own calls", async () => {
    await using server = new Greeter({ serve: anywhere });
    using client = new HandClient(server.endpoints[0] as string);
    const mixed = [requests[0], request("id-refused", "refuse"), requests[1]] as typeof requests;
    await client.send(together(mixed));
    const { seen } = await take(client, 3);
    const byId = new Map(seen.map(({ id, text }) => [id, text]));
    assert.deepEqual([byId.get("id-a"), byId.get("id-refused"), byId.get("id-b")], ["A", "", "B"]);
    // Fewer ids than requests: the earlier ones cannot be told apart, the last is served.
    const [id, empty, frame] = together(requests) as [Uint8Array, Uint8Array, Buffer];
    const cut = Buffer.from(frame);
    const at = cut.lastIndexOf("id-c");
    await client.send([id, empty, Buffer.concat([cut.subarray(0, at - 2), cut.subarray(at + 4)])]);
    // Its length is wrong now, so the frame is no envelope at all.
    assert.equal((await client.next()).length, 1);
    await until(() => server.errors.length > 0, "the error of a malformed batch");
    assert.match(String(server.errors[0]), /no envelope of dividere/);
  });

  test("do not travel together where a client's route could be forged, or is longer", async () => {
    await using server = new Greeter({ serve: anywhere });
    using client = new HandClient(server.endpoints[0] as string);
    const [, , frame] = together(requests) as [Uint8Array, Uint8Array, Uint8Array];
    // A REQ client has no id, so that the id would take the place of its identity.
    await client.send(["", frame]);
    const [answer] = await client.next();
    assert.equal(answer?.text, "D");
    await client.send(["further", "id", "", frame]);
    const [behind, ...others] = await client.next();
    assert.deepEqual([behind?.text, behind?.features, others], ["D", 1, []]);
    assert.deepEqual(server.seen, ["d", "d"]);
  });
});

describe("requests of one turn", () => {
  /** Calls in turns of eight until three turns are over. */
  async function callThrough(endpoint: string): Promise<void> {
    await using client = new GreeterRequest(endpoint);
    for (let round = 0; round < 3; round++) {
      const texts = Array.from({ length: 8 }, (_, index) => `text ${index}`);
      const answers = await Promise.all(texts.map((field1) => client.reverse({ field1 }, soon)));
      assert.deepEqual(
        answers.map(({ field1 }) => field1),
        texts.map((text) => text.toUpperCase()),
      );
    }
  }

  test("are spread by a proxy, which splits none", async () => {
    await using proxy = new Between(anywhere, anywhere);
    const backend = `>${proxy.backendEndpoints[0]}`;
    await using one = new Greeter({ serve: backend });
    await using two = new Greeter({ serve: backend });
    await callThrough(proxy.frontendEndpoints[0] as string);
    assert.equal(one.seen.length + two.seen.length, 24);
    assert.ok(one.seen.length > 0 && two.seen.length > 0);
  });

  test("are not invited by a farm, which hands each to a worker, with any of its answers", async () => {
    const module = new URL("../../../fixtures/farm/greeter.ts", import.meta.url);
    await using farm = new MpMsgReactor(module, { serve: anywhere, workers: 1 });
    await farm.waitUntilReady({ timeoutMs: 60_000 });
    using client = new HandClient(farm.endpoints[0] as string);
    const describe = msgEnvelope.create({
      msgName: "dividere.v1.DescribeRequest",
      msg: { typeUrl: "type.googleapis.com/dividere.v1.DescribeRequest", value: new Uint8Array() },
      rpc: "dividere.v1.Introspection/Describe",
      features: 3,
    });
    for (const frame of [
      single({ text: "a", features: 3, rpc: REVERSE }),
      msgEnvelope.encode(describe).finish(),
    ]) {
      await client.send(["id", "", frame]);
      const { features, status } = await client.nextEnvelope();
      assert.deepEqual([features, status], [1, undefined]);
    }
  });

  test("are split by a load balancing broker, and spread", async () => {
    await using broker = new LoadBalancing.Broker(anywhere, anywhere);
    const backend = broker.backendEndpoints[0] as string;
    await using one = new Greeter({ broker: [backend, backend] });
    await callThrough(broker.frontendEndpoints[0] as string);
    assert.equal(one.seen.length, 24);
  });
});
