import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RequestClientOptions } from "dividere/messaging";
import { msgEnvelope } from "../../../../runtime/src/wire/gen/MsgLib.js";
import { GreeterRequest } from "../../../gen/plain_dividere.js";
import { soon } from "../frames.js";
import { HandServer, type Seen } from "./peers.js";

const textsOf = (seen: readonly Seen[]): string[] => seen.map(({ text }) => text);

/** A client that has had an answer with these features. */
async function clientOf(
  server: HandServer,
  features: number,
  options?: RequestClientOptions,
): Promise<GreeterRequest> {
  const client = new GreeterRequest(server.endpoint, options);
  const first = client.reverse({ field1: "first" }, soon);
  const [call] = await server.next();
  assert.equal(call?.features, 3);
  await server.answer(call?.id as string, { text: "tsrif", features });
  assert.equal((await first).field1, "tsrif");
  return client;
}

describe("requests of one turn", () => {
  test("travel together to a server that reads them, and their answers find their calls", async () => {
    using server = new HandServer();
    await using client = await clientOf(server, 3);
    const calls = ["a", "b", "c"].map((field1) => client.reverse({ field1 }, soon));
    const seen = [await server.next(), await server.next()];
    assert.deepEqual(seen.map(textsOf), [["a"], ["b", "c"]]);
    const [a, b, c] = seen.flat() as [Seen, Seen, Seen];
    assert.equal(new Set([a.id, b.id, c.id]).size, 3);
    await server.answerTogether([
      { id: c.id, text: "C" },
      { id: "nobody", text: "?" },
      { id: a.id, text: "A" },
    ]);
    await server.answer(b.id, { text: "B" });
    const answers = await Promise.all(calls);
    assert.deepEqual(
      answers.map(({ field1 }) => field1),
      ["A", "B", "C"],
    );
    // One at a time, they leave at once and alone.
    const alone = client.reverse({ field1: "d" }, soon);
    const [d, ...others] = await server.next();
    assert.deepEqual(others, []);
    await server.answer(d?.id as string, { text: "D" });
    assert.equal((await alone).field1, "D");
  });

  for (const features of [0, 1, 4]) {
    test(`travel one by one to a server that has shown the features ${features}`, async () => {
      using server = new HandServer();
      await using client = await clientOf(server, features);
      const calls = ["a", "b", "c"].map((field1) => client.reverse({ field1 }, soon));
      for (const text of ["a", "b", "c"]) {
        const [call, ...others] = await server.next();
        assert.deepEqual([call?.text, others], [text, []]);
        await server.answer(call?.id as string, { text });
      }
      await Promise.all(calls);
    });
  }

  test("leave in parts, once 16 and half of the open calls are together, and in their order", async () => {
    using server = new HandServer();
    await using client = await clientOf(server, 3);
    const texts = Array.from({ length: 64 }, (_, index) => `${index}`);
    const calls = texts.map((field1) => client.reverse({ field1 }, soon));
    const seen: string[] = [];
    for (const size of [1, 16, 17, 30]) {
      const requests = await server.next();
      assert.equal(requests.length, size);
      seen.push(...textsOf(requests));
      await server.answerTogether(requests);
    }
    assert.deepEqual(seen, texts);
    const answers = await Promise.all(calls);
    assert.deepEqual(
      answers.map(({ field1 }) => field1),
      texts,
    );
  });

  test("leave before the cancellation of one of them, and before the client closes", async () => {
    using server = new HandServer();
    await using client = await clientOf(server, 3);
    const controller = new AbortController();
    const options = { ...soon, signal: controller.signal };
    const calls = ["a", "b", "c"].map((field1) => client.reverse({ field1 }, options));
    controller.abort(new Error("given up"));
    for (const call of calls) await assert.rejects(call, { message: "given up" });
    assert.deepEqual(textsOf(await server.next()), ["a"]);
    assert.deepEqual(textsOf(await server.next()), ["b", "c"]);
    for (const _ of calls) assert.deepEqual(textsOf(await server.next()), [""]);
    const closed = ["d", "e", "f"].map((field1) => client.reverse({ field1 }, soon));
    client.close();
    for (const call of closed) await assert.rejects(call, { code: "CLOSED" });
    const seen: string[] = [];
    while (seen.length < 3) seen.push(...textsOf(await server.next()));
    assert.deepEqual(seen, ["d", "e", "f"]);
  });

  test("are waited for by drain(), and large ones leave alone", async () => {
    using server = new HandServer();
    await using client = await clientOf(server, 3);
    const texts = ["a", "x".repeat(20_000), "b", "c", "d"];
    const calls = texts.map((field1) => client.reverse({ field1 }, soon));
    const drained = client.drain(soon);
    for (const expected of [["a"], texts.slice(1, 2), ["b", "c", "d"]]) {
      const seen = await server.next();
      assert.deepEqual(textsOf(seen), expected);
      await server.answerTogether(seen);
    }
    const answers = await Promise.all(calls);
    assert.deepEqual(
      answers.map(({ field1 }) => field1),
      texts,
    );
    assert.deepEqual(await drained, { queued: 0, inFlight: 0 });
  });

  test("fail one by one where an answer does not decode or refuses", async () => {
    using server = new HandServer();
    await using client = await clientOf(server, 3);
    const calls = ["a", "b", "c"].map((field1) => client.reverse({ field1 }, soon));
    const outcomes = Promise.allSettled(calls);
    const [a, b, c] = [...(await server.next()), ...(await server.next())] as [Seen, Seen, Seen];
    const status = { code: "NOT_FOUND", message: "it is not here", details: [] };
    await server.answerEnvelopes([
      { id: a.id, envelope: msgEnvelope.create({ status }) },
      { id: b.id, envelope: msgEnvelope.create({ msgName: "Unknown" }) },
      { id: c.id, envelope: msgEnvelope.create({ status: { ...status, code: "ABORTED" } }) },
    ]);
    const reasons = (await outcomes).map((outcome) =>
      outcome.status === "rejected" ? (outcome.reason.status ?? outcome.reason.code) : "answered",
    );
    assert.deepEqual(reasons, ["NOT_FOUND", "UNKNOWN_MESSAGE_TYPE", "ABORTED"]);
  });

  test("wait one by one where the socket has no room, and each is sent once", async () => {
    using server = new HandServer({ receiveHighWaterMark: 1 });
    await using client = await clientOf(server, 3, { sendHighWaterMark: 1 });
    const text = "x".repeat(10_000);
    const count = 2_000;
    const calls = Array.from({ length: count }, (_, index) =>
      client.reverse({ field1: `${index} ${text}` }, soon),
    );
    await new Promise(setImmediate);
    for (let seen = 0; seen < count; ) {
      const requests = await server.next();
      await server.answerTogether(requests);
      seen += requests.length;
    }
    const answers = await Promise.all(calls);
    answers.forEach(({ field1 }, index) => void assert.equal(Number.parseInt(field1, 10), index));
  });
});
