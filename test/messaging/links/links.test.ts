import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as connection from "dividere/connection";
import {
  ack,
  Dealer,
  EnvelopeEncoder,
  Publisher,
  Request,
  Response,
  Router,
  Subscriber,
} from "dividere/messaging";
import { Msg01, Msg02, Telegram } from "../../gen/plain.js";
import { Point } from "../../gen/shapes/v1/shapes.js";

const soon = { timeoutMs: 10_000 };

describe("publisher and subscriber", () => {
  test("carry messages of the subscribed types, whatever the length of their names", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*", [Msg01, Msg02, Telegram, Point]);
    await using subscriber = new Subscriber(publisher.endpoints, [Msg01, Point]);
    await publisher.waitForSubscribers(1, { ...soon, type: Point });
    await publisher.send({ field1: "not asked for" }, Msg02);
    await publisher.send(Telegram.create({ text: "not asked for" }));
    await publisher.send(Msg01.create({ field1: "asked for" }));
    await publisher.send(Point.create({ x: 1 }));
    assert.deepEqual(await subscriber.recv(soon), Msg01.create({ field1: "asked for" }));
    assert.deepEqual(await subscriber.recv(soon), Point.create({ x: 1 }));
  });

  test("a message that shares only the short name with a subscribed type is dropped", async () => {
    await using raw = new connection.Publisher("tcp://127.0.0.1:*");
    await using subscriber = new Subscriber(raw.endpoints, [Point]);
    await raw.waitForSubscribers(2, soon);
    const stranger = { ...Msg01, $type: "Point" };
    await raw.send(new EnvelopeEncoder([stranger]).encode({ field1: "another Point" }, stranger));
    await raw.send(new EnvelopeEncoder([Point]).encode({ x: 3, y: 4 }));
    assert.deepEqual(await subscriber.recv(soon), Point.create({ x: 3, y: 4 }));
  });

  test("a frame that is no envelope fails one recv, and the next gets the next message", async () => {
    await using raw = new connection.Publisher("tcp://127.0.0.1:*");
    await using subscriber = new Subscriber(raw.endpoints, [Msg01]);
    await raw.waitForSubscribers(1, soon);
    // It begins as a Msg01's envelope does, so the filter lets it through.
    await raw.send(Uint8Array.from([0x0a, 5, ...Buffer.from("Msg01"), 0x12, 99]));
    await raw.send(new EnvelopeEncoder([Msg01]).encode({ field1: "fine" }));
    await assert.rejects(subscriber.recv(soon), { code: "MALFORMED_ENVELOPE" });
    assert.deepEqual(await subscriber.recv(soon), Msg01.create({ field1: "fine" }));
  });

  test("waitForSubscribers names the type and the number when it times out", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*", [Msg01, Point]);
    await using _one = new Subscriber(publisher.endpoints, [Point]);
    await publisher.waitForSubscribers(1, soon);
    await assert.rejects(publisher.waitForSubscribers(1, { timeoutMs: 1, type: Msg01 }), {
      code: "TIMEOUT",
      message: /waited for 1 subscriber to Msg01; it has 0/,
    });
  });
});

describe("response", () => {
  test("refuses an undecodable request, reports it, and goes on", async () => {
    await using response = new Response("tcp://127.0.0.1:*", [Msg01]);
    await using raw = new connection.Request(response.endpoints);
    const refused = Buffer.from(new EnvelopeEncoder([ack]).encode({ ok: false }));
    for (const [frame, code] of [
      [Buffer.from("junk"), "MALFORMED_ENVELOPE"],
      [new EnvelopeEncoder([Msg02]).encode({ field1: "unknown" }), "UNKNOWN_MESSAGE_TYPE"],
    ] as const) {
      await raw.send(frame);
      await assert.rejects(response.recv(soon), { code });
      assert.deepEqual(Buffer.from(await raw.recv(soon)), refused);
    }
    await raw.send(new EnvelopeEncoder([Msg01]).encode({ field1: "fine" }));
    assert.deepEqual(await response.recv(soon), Msg01.create({ field1: "fine" }));
  });
});

describe("request", () => {
  test("gets a refusal as an error, or as a message if ack is among its types", async () => {
    await using response = new Response("tcp://127.0.0.1:*", [Msg01, ack]);
    await using plain = new Request(response.endpoints, [Msg01]);
    await using knowing = new Request(response.endpoints, [Msg01, ack]);
    for (const request of [plain, knowing]) {
      await request.send(Msg01.create());
      await response.recv(soon);
      await response.send(ack.create({ ok: false }));
    }
    await assert.rejects(plain.recv(soon), { name: "RequestError", status: "REFUSED" });
    assert.deepEqual(await knowing.recv(soon), ack.create({ ok: false }));
  });
});

describe("dealer and router", () => {
  test("carry messages with their routes", async () => {
    await using router = new Router("tcp://127.0.0.1:*", [Msg01]);
    await using dealer = new Dealer(router.endpoints, [Msg01], { identity: "somebody" });
    await dealer.send({ field1: "question" });
    const { route, message } = await router.recv(soon);
    assert.equal(String(route[0]), "somebody");
    await router.sendRouted({ route, message });
    assert.deepEqual(await dealer.recv(soon), {
      route: [],
      message: Msg01.create({ field1: "question" }),
    });
  });

  test("a router refuses an undecodable request, and goes on", async () => {
    await using router = new Router("tcp://127.0.0.1:*", [Msg01]);
    await using raw = new connection.Dealer(router.endpoints);
    await raw.send(Buffer.from("junk"));
    await assert.rejects(router.recv(soon), { code: "MALFORMED_ENVELOPE" });
    const { message } = await raw.recv(soon);
    assert.deepEqual(
      Buffer.from(message),
      Buffer.from(new EnvelopeEncoder([ack]).encode({ ok: false })),
    );
    await raw.send(new EnvelopeEncoder([Msg01]).encode({ field1: "fine" }));
    assert.deepEqual((await router.recv(soon)).message, Msg01.create({ field1: "fine" }));
  });
});
