import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Publisher, Subscriber } from "dividere/messaging";
import { Msg01 } from "../../gen/plain.js";
import { noPython } from "../../support/python.js";
import { fromPython } from "../support/messages.js";
import { PythonObjects } from "../support/objects.js";

const soon = { timeoutMs: 10_000 };

describe("numbered messages", { skip: await noPython() }, () => {
  test("are read by Python's subscriber beside one of ours, last values included", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*", [Msg01], { lastValue: true });
    await publisher.send({ field1: "last" });
    await using ours = new Subscriber(publisher.endpoints, [Msg01]);
    assert.equal((await ours.recv(soon)).field1, "last");
    await using python = await PythonObjects.start();
    await python.make("sub", "messaging.Subscriber", publisher.endpoints);
    const last = Msg01.create({ field1: "last" });
    assert.deepEqual(fromPython(await python.call("sub", "recv")), last);
    await publisher.send({ field1: "next" });
    const next = Msg01.create({ field1: "next" });
    assert.deepEqual(fromPython(await python.call("sub", "recv")), next);
    assert.deepEqual(await ours.recv(soon), next);
    assert.equal(ours.stats.repeated, 1);
  });
});
