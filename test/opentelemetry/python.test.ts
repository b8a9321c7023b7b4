import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { headersOf, Subscriber } from "dividere/messaging";
import { traceCalls } from "dividere/opentelemetry";
import { Msg02 } from "../gen/plain.js";
import { GreeterPublisher } from "../gen/plain_dividere.js";
import { PythonObjects } from "../interop/support/objects.js";
import { noPython } from "../support/python.js";
import { forget, spans } from "./collected.js";

const soon = { timeoutMs: 10_000 };

beforeEach(forget);

describe("a traced event", { skip: await noPython() }, () => {
  test("is read by Python's subscriber, which ignores its headers", async () => {
    await using news = new GreeterPublisher("tcp://127.0.0.1:*", { interceptors: [traceCalls()] });
    await using python = await PythonObjects.start();
    await python.make("sub", "messaging.Subscriber", news.endpoints);
    // Python's subscriber to everything has the empty topic.
    await news.connector.waitForSubscribers(1, soon);
    await using ours = new Subscriber(news.endpoints, [Msg02]);
    await news.waitForSubscribers(2, soon);
    await news.announce({ field1: "hello" });
    const received = await ours.recv(soon);
    const [publish] = await spans(1);
    assert.equal(
      headersOf(received).get("traceparent"),
      `00-${publish?.traceId}-${publish?.id}-01`,
    );
    assert.deepEqual(await python.call("sub", "recv"), {
      $type: "Msg02",
      fields: { field1: "hello" },
    });
  });
});
