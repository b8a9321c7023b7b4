import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { Publisher as BytePublisher, Subscriber as ByteSubscriber } from "dividere/connection";
import { EnvelopeEncoder, Publisher, Router, Subscriber } from "dividere/messaging";
import { Msg01, Msg02, Telegram } from "../../gen/plain.js";
import { Drawing } from "../../gen/shapes/v1/shapes.js";
import { freePort } from "../../support/ports.js";
import { dividere, failed, noSignals, Running } from "../support/dividere.js";

const proto = ["--proto", "test/proto/plain.proto"];
const soon = { timeoutMs: 20_000 };

describe("dividere sub", () => {
  test("prints events as JSON lines until Ctrl-C, and types that it does not know by name and size", {
    skip: noSignals,
  }, async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*", [Msg02, Drawing]);
    const endpoint = publisher.endpoints[0] ?? "";
    await using sub = new Running(["sub", endpoint, ...proto]);
    await publisher.waitForSubscribers(1, soon);
    await publisher.send({ field1: "one" }, Msg02);
    await publisher.send({ revision: 7 }, Drawing);
    await sub.printed('"Drawing"'.replace("Drawing", "shapes.v1.Drawing"));
    const { status, stdout } = await sub.stop();
    assert.equal(status, 0);
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    for (const { at } of events) assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000, at);
    assert.deepEqual(
      events.map(({ at: _, ...event }) => event),
      [
        { type: "Msg02", event: { field1: "one" } },
        { type: "shapes.v1.Drawing", bytes: 2 },
      ],
    );
  });

  test("prints only the wanted types, and ends after --count events", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*", [Msg01, Msg02, Telegram]);
    const endpoint = publisher.endpoints[0] ?? "";
    const types = ["--type", "Msg02", "-t", "Telegram"];
    await using sub = new Running(["sub", endpoint, ...types, ...proto, "--count", "2"]);
    for (const type of [Msg02, Telegram]) await publisher.waitForSubscribers(1, { ...soon, type });
    assert.equal(publisher.subscriptionCount(Msg01), 0);
    await publisher.send({ field1: "no" }, Msg01);
    await publisher.send({ text: "yes" }, Telegram);
    await publisher.send({ field1: "yes" }, Msg02);
    const { status, stdout } = await sub.end();
    assert.equal(status, 0);
    const types_ = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).type);
    assert.deepEqual(types_, ["Telegram", "Msg02"]);
  });

  test("tells of lost events, and leaves repeated ones out", async () => {
    await using publisher = new BytePublisher("tcp://127.0.0.1:*");
    await using source = new Publisher("tcp://127.0.0.1:*", [Msg02], { sequence: true });
    await using tap = new ByteSubscriber(source.endpoints[0] ?? "");
    await source.waitForSubscribers(1, soon);
    for (const field1 of ["a", "b", "c"]) await source.send({ field1 });
    const [a, , c] = [await tap.recv(), await tap.recv(), await tap.recv()] as const;
    await using sub = new Running(["sub", publisher.endpoints[0] ?? "", ...proto, "-n", "2"]);
    await publisher.waitForSubscribers(1, soon);
    for (const frame of [a, a, c]) await publisher.send(Buffer.from(frame));
    const { stdout } = await sub.end();
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      events.map(({ event, lost }) => [event.field1, lost]),
      [
        ["a", undefined],
        ["c", 1],
      ],
    );
  });

  test("leaves a publisher its batches, for the types that it names", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*", [Msg02]);
    const endpoint = publisher.endpoints[0] ?? "";
    const args = ["sub", endpoint, "--type", "Msg02", "--count", "100", ...proto];
    await using sub = new Running(args);
    await publisher.waitForSubscribers(1, soon);
    await using tap = new ByteSubscriber(endpoint, { topics: ["\n\u0005Msg02\u0012"] });
    await publisher.waitForSubscribers(2, soon);
    await Promise.all(Array.from({ length: 100 }, (_, at) => publisher.send({ field1: `${at}` })));
    const { stdout } = await sub.end();
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).event.field1);
    assert.deepEqual(
      events,
      Array.from({ length: 100 }, (_, at) => `${at}`),
    );
    const frames = [await tap.recv(soon), await tap.recv(soon)];
    assert.ok(
      frames.some(
        (frame) => Buffer.from(frame).includes("98") && Buffer.from(frame).includes("99"),
      ),
    );
  });

  test("prints each message of several in one frame, and tells of bytes that are no envelope", async () => {
    const encoder = new EnvelopeEncoder();
    const one = encoder.encode({ field1: "one" }, Msg02);
    const two = encoder.encode({ field1: "two" }, Msg02);
    const three = encoder.encode({ field1: "three" }, Msg02);
    // The field `earlier` of an envelope, in proto/MsgLib.proto.
    const earlier = new BinaryWriter().uint32(0x0a).bytes(one).uint32(0x0a).bytes(two).finish();
    const frame = new BinaryWriter().raw(three).uint32(0x62).bytes(earlier).finish();
    await using publisher = new BytePublisher("tcp://127.0.0.1:*");
    await using sub = new Running(["sub", publisher.endpoints[0] ?? "", ...proto, "-n", "3"]);
    await publisher.waitForSubscribers(1, soon);
    await publisher.send(Buffer.from("no envelope"));
    await publisher.send(frame);
    const { stdout, stderr } = await sub.end();
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).event.field1);
    assert.deepEqual(events, ["one", "two", "three"]);
    assert.match(stderr, /is no envelope of dividere/);
  });

  test("says that nobody is there, and waits when asked", async () => {
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    const nobody = await failed(4, ["sub", endpoint]);
    assert.match(nobody.message, /No publisher is at .*: nothing listens there/);
    assert.match(nobody.hint ?? "", /--wait/);
    await using sub = new Running(["sub", endpoint, "--wait", "--count", "1", ...proto]);
    await using publisher = new Publisher(endpoint, [Msg02]);
    await publisher.waitForSubscribers(1, soon);
    await publisher.send({ field1: "late" });
    assert.match((await sub.end()).stdout, /"late"/);
  });

  test("fails with 4 if too few events come in time, and with 1 at a service", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*", [Msg02]);
    const few = ["sub", publisher.endpoints[0] ?? "", "--count", "1", "--timeout", "100ms"];
    assert.match((await failed(4, few)).message, /^0 of 1 events came/);
    await using router = new Router("tcp://127.0.0.1:*", [Msg01]);
    const wrong = await failed(1, ["sub", router.endpoints[0] ?? ""]);
    assert.match(wrong.message, /is a ROUTER, and a publisher has a PUB or XPUB/);
    const unknown = await failed(3, ["sub", "tcp://127.0.0.1:1", "--type", "Msg2", ...proto]);
    assert.equal(unknown.hint, "Did you mean Msg02?");
  });
});

describe("dividere pub", () => {
  test("waits for a subscriber and publishes to it", async () => {
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    await using pub = new Running(["pub", endpoint, "Msg02", '{"field1":"hi"}', ...proto]);
    await using subscriber = new Subscriber(endpoint, [Msg02]);
    assert.deepEqual(await subscriber.recv(soon), { $type: "Msg02", field1: "hi" });
    assert.deepEqual((({ status, stdout }) => [status, stdout])(await pub.end()), [
      0,
      "Published 1 Msg02.\n",
    ]);
  });

  test("publishes each line of standard input, and numbers the events when asked", async () => {
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    await using pub = new Running(["pub", endpoint, "Msg02", "--sequence", "--json", ...proto]);
    await using subscriber = new Subscriber(endpoint, [Msg02]);
    await pub.printed("").then(() => pub.child.write('{"field1":"one"}\n{"field1":"two"}'));
    pub.child.endInput();
    assert.equal((await subscriber.recv(soon)).field1, "one");
    assert.equal((await subscriber.recv(soon)).field1, "two");
    const { stdout } = await pub.end();
    assert.deepEqual(JSON.parse(stdout), { published: 2, type: "Msg02", endpoints: [endpoint] });
  });

  test("connects with > before the endpoint", async () => {
    await using subscriber = new Subscriber("@tcp://127.0.0.1:*", [Msg02]);
    const endpoint = `>${subscriber.endpoints[0]}`;
    await using pub = new Running(["pub", endpoint, "Msg02", '{"field1":"hi"}', ...proto]);
    assert.equal((await subscriber.recv(soon)).field1, "hi");
    assert.equal((await pub.end()).status, 0);
  });

  test("ends with 4 without subscribers in time, and at Ctrl-C with 130", {
    skip: noSignals,
  }, async () => {
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    const args = ["pub", endpoint, "Msg02", "{}", ...proto];
    assert.equal((await failed(4, [...args, "--timeout", "50ms"])).code, "TIMEOUT");
    await using pub = new Running(args);
    await pub.printed("Waiting for a subscriber");
    assert.equal((await pub.stop()).status, 130);
  });

  test("says what to do where another publisher is bound, or the schema is unknown", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*", [Msg02]);
    const endpoint = publisher.endpoints[0] ?? "";
    const taken = await failed(1, ["pub", endpoint, "Msg02", "{}", ...proto]);
    assert.match(taken.hint ?? "", /connect to it: '>tcp:/);
    const unknown = await failed(2, ["pub", endpoint, "Msg02", "{}"]);
    assert.match(unknown.hint ?? "", /--proto <file>/);
    const { stderr } = await dividere(["pub", endpoint, "Msg02", '{"field":1}', ...proto]);
    assert.match(stderr, /Did you mean field1\?\nMsg02 has the form \{"field1":"text"\}/);
  });
});
