import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { EventContext } from "dividere/messaging";
import { traceCalls, traceEvent } from "dividere/opentelemetry";
import type { Msg02 } from "../gen/plain.js";
import { GreeterPublisher, GreeterRequest, GreeterSubscriber } from "../gen/plain_dividere.js";
import { Greeter, soon } from "../messaging/reactor/greeter.js";
import { forget, spans } from "./collected.js";

const interceptors = [traceCalls()];

/** Publishes an event inside a span, and gives the span. */
function publishIn(news: GreeterPublisher, field1: string): Promise<Span> {
  return trace.getTracer("test").startActiveSpan("caller", async (span) => {
    await news.announce({ field1 });
    span.end();
    return span;
  });
}

const messaging = {
  "messaging.system.name": "dividere",
  "messaging.destination.name": "Msg02",
};

beforeEach(forget);

describe("the spans of an event", () => {
  test("are those of its publisher and of its handler, in the caller's trace", async () => {
    await using back = new Greeter({ serve: "tcp://127.0.0.1:*" });
    await using backend = new GreeterRequest(back.endpoints, { interceptors });
    class Listener extends Greeter {
      override async handleMsg02(_msg: Msg02, ctx: EventContext): Promise<void> {
        await backend.reverse({}, { signal: ctx.signal });
      }
    }
    await using news = new GreeterPublisher("tcp://127.0.0.1:*", { interceptors });
    await using _listener = new Listener({ subscribe: news.endpoints }, { interceptors });
    await news.waitForSubscribers(1, soon);
    const caller = await publishIn(news, "hello");
    const all = await spans(4);
    const [publish, process, call] = ["publish Msg02", "process Msg02", "Greeter/Reverse"].map(
      (name) => all.find((span) => span.name === name),
    );
    assert.ok(publish && process && call);
    assert.equal(publish.parent, caller.spanContext().spanId);
    assert.equal(process.parent, publish.id);
    assert.equal(call.parent, process.id, "a call in the handler belongs to it");
    assert.equal(process.traceId, caller.spanContext().traceId);
    assert.deepEqual([publish.kind, process.kind], [SpanKind.PRODUCER, SpanKind.CONSUMER]);
    assert.deepEqual(publish.attributes, {
      ...messaging,
      "messaging.operation.name": "publish",
      "messaging.operation.type": "send",
    });
    assert.deepEqual(process.attributes, {
      ...messaging,
      "messaging.operation.name": "process",
      "messaging.operation.type": "process",
    });
  });

  test("come of a subscriber's loop by traceEvent, with its result and its failure", async () => {
    await using news = new GreeterPublisher("tcp://127.0.0.1:*", { interceptors });
    await using events = new GreeterSubscriber(news.endpoints);
    await news.waitForSubscribers(1, soon);
    const caller = await publishIn(news, "hello");
    const event = await events.recv(soon);
    const active = await traceEvent(event, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return trace.getActiveSpan()?.spanContext();
    });
    const failed = traceEvent(event, () => {
      throw new RangeError("too much");
    });
    await assert.rejects(failed, { message: "too much" });
    const all = await spans(4);
    const publish = all.find(({ name }) => name === "publish Msg02");
    const [one, other] = all.filter(({ name }) => name === "process Msg02");
    assert.equal(active?.spanId, one?.id);
    assert.deepEqual([one?.parent, other?.parent], [publish?.id, publish?.id]);
    assert.equal(one?.traceId, caller.spanContext().traceId);
    assert.equal(one?.status.code, SpanStatusCode.UNSET);
    assert.deepEqual(other?.status, { code: SpanStatusCode.ERROR, message: "too much" });
    assert.equal(other?.attributes["error.type"], "RangeError");
  });

  test("show an event that cannot be published, and begin a trace without a publisher's", async () => {
    await using news = new GreeterPublisher("tcp://127.0.0.1:*", { interceptors });
    news.close();
    await assert.rejects(news.announce({}), { code: "CLOSED" });
    const [publish] = await spans(1);
    assert.equal(publish?.attributes["error.type"], "CLOSED");
    forget();
    await traceEvent({ $type: "Msg02", field1: "from nowhere" }, () => {});
    const [process] = await spans(1);
    assert.equal(process?.parent, undefined);
  });
});
