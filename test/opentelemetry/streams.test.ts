import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { type RequestContext, RequestError } from "dividere/messaging";
import { traceCalls } from "dividere/opentelemetry";
import type { Msg01, Msg02 } from "../gen/plain.js";
import { moment } from "../messaging/reactor/greeter.js";
import { ShopReactor, ShopRequest, textsOf } from "../messaging/stream/shop.js";
import { forget, type Seen, spans } from "./collected.js";

const interceptors = [traceCalls()];
const serve = "tcp://127.0.0.1:*";

/** A shop whose lists end as they are told to, and make a call between two items. */
class Shop extends ShopReactor {
  constructor() {
    super({ serve }, { interceptors });
  }

  override async *handleList(msg: Msg01, ctx: RequestContext): AsyncIterable<Partial<Msg02>> {
    for await (const item of super.handleList({ field1: "3" }, ctx)) {
      yield item;
      trace.getTracer("test").startSpan("between items").end();
      if (msg.field1 === "refuse") throw new RequestError("DATA_LOSS", "the rest is gone");
      if (msg.field1 === "wait")
        await new Promise((resolve) => ctx.signal.addEventListener("abort", resolve));
    }
  }
}

/** The client's and the server's span of a stream, and the others. */
async function ofStream(count: number): Promise<{ client: Seen; server: Seen; others: Seen[] }> {
  const all = await spans(count);
  const client = all.find(({ kind }) => kind === SpanKind.CLIENT);
  const server = all.find(({ kind }) => kind === SpanKind.SERVER);
  assert.ok(client && server, JSON.stringify(all));
  assert.deepEqual([server.traceId, server.parent], [client.traceId, client.id]);
  return { client, server, others: all.filter((span) => span !== client && span !== server) };
}

function requestsAndResponses({ attributes }: Seen): unknown[] {
  return [attributes["dividere.stream.requests"], attributes["dividere.stream.responses"]];
}

beforeEach(forget);

describe("the spans of a stream", () => {
  test("count the responses, and hold what the handler does between them", async () => {
    await using reactor = new Shop();
    await using shop = new ShopRequest(reactor.endpoints, { interceptors });
    assert.deepEqual(await textsOf(shop.list({})), ["1", "2", "3"]);
    const { client, server, others } = await ofStream(5);
    for (const span of [client, server]) {
      assert.equal(span.name, "shop.Shop/List");
      assert.deepEqual(requestsAndResponses(span), [undefined, 3]);
      assert.deepEqual(span.events, ["dividere.stream.first_response"]);
      assert.equal(span.attributes["rpc.status_code"], "OK");
    }
    assert.deepEqual(
      others.map(({ parent }) => parent),
      [server.id, server.id, server.id],
    );
  });

  test("count the requests, and both ways at once", async () => {
    await using reactor = new Shop();
    await using shop = new ShopRequest(reactor.endpoints, { interceptors });
    await shop.upload([{ field1: "a" }, { field1: "b" }]);
    const upload = await ofStream(2);
    for (const span of [upload.client, upload.server])
      assert.deepEqual(requestsAndResponses(span), [2, undefined]);
    forget();
    const answers = await textsOf(shop.chat([{ field1: "a" }, { field1: "b" }]));
    const chat = await ofStream(2);
    for (const span of [chat.client, chat.server])
      assert.deepEqual(requestsAndResponses(span), [2, answers.length]);
  });

  test("show the error that ends the stream, after its responses", async () => {
    await using reactor = new Shop();
    await using shop = new ShopRequest(reactor.endpoints, { interceptors });
    await assert.rejects(textsOf(shop.list({ field1: "refuse" })), { status: "DATA_LOSS" });
    const { client, server } = await ofStream(3);
    for (const span of [client, server]) {
      assert.equal(span.attributes["rpc.status_code"], "DATA_LOSS");
      assert.equal(span.attributes["error.type"], "DATA_LOSS");
      assert.deepEqual(span.status, { code: SpanStatusCode.ERROR, message: "the rest is gone" });
      assert.deepEqual(requestsAndResponses(span), [undefined, 1]);
    }
  });

  test("end when the caller leaves, which is no failure", async () => {
    await using reactor = new Shop();
    await using shop = new ShopRequest(reactor.endpoints, { interceptors });
    for await (const { field1 } of shop.list({ field1: "wait" })) {
      assert.equal(field1, "1");
      break;
    }
    const { client, server } = await ofStream(3);
    for (const span of [client, server]) {
      assert.equal(span.attributes["rpc.status_code"], "CANCELLED");
      assert.equal(span.status.code, SpanStatusCode.UNSET);
    }
    assert.ok(server.events.includes("dividere.given_up"));
  });

  test("end when the caller never reads, and when its signal is aborted", async () => {
    await using reactor = new Shop();
    await using shop = new ShopRequest(reactor.endpoints, { interceptors });
    const unread = shop.list({ field1: "wait" });
    await unread.headers;
    unread.cancel();
    assert.equal((await ofStream(3)).client.attributes["rpc.status_code"], "CANCELLED");
    forget();
    const controller = new AbortController();
    const first = moment();
    const reading = (async () => {
      for await (const _ of shop.list({ field1: "wait" }, { signal: controller.signal }))
        first.happen();
    })();
    await first.happened;
    controller.abort(new Error("enough"));
    await assert.rejects(reading, { message: "enough" });
    const { client, server } = await ofStream(3);
    assert.equal(client.attributes["error.type"], "CANCELLED");
    assert.equal(client.status.code, SpanStatusCode.ERROR);
    assert.equal(server.attributes["rpc.status_code"], "CANCELLED");
  });

  test("show a passed deadline at both ends", async () => {
    await using reactor = new Shop();
    await using shop = new ShopRequest(reactor.endpoints, { interceptors });
    await assert.rejects(textsOf(shop.list({ field1: "wait" }, { timeoutMs: 100 })), {
      code: "TIMEOUT",
    });
    const { client, server } = await ofStream(3);
    assert.equal(client.attributes["rpc.status_code"], "TIMEOUT");
    assert.ok(server.events.includes("dividere.given_up"));
  });
});
