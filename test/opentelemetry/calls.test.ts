import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { type RequestContext, RequestError, retryCalls } from "dividere/messaging";
import { traceCalls } from "dividere/opentelemetry";
import { version } from "../../runtime/src/messaging/introspection/version.js";
import type { Msg01 } from "../gen/plain.js";
import { GreeterRequest } from "../gen/plain_dividere.js";
import { Greeter, moment } from "../messaging/reactor/greeter.js";
import { forget, type Seen, spans } from "./collected.js";

const interceptors = [traceCalls()];
const serve = "tcp://127.0.0.1:*";
const rpc = { "rpc.system.name": "dividere", "rpc.method": "Greeter/Reverse" };
const unset = { code: SpanStatusCode.UNSET };

/** Answers as its request says. */
class Moody extends Greeter {
  override async handleMsg01({ field1 }: Msg01, ctx: RequestContext): Promise<Msg01> {
    if (field1 === "refuse") throw new RequestError("NOT_FOUND", "there is none");
    if (field1 === "unavailable") throw new RequestError("UNAVAILABLE", "not now");
    if (field1 === "fail") throw new TypeError("a fault");
    if (field1 === "wait")
      await new Promise((resolve) => ctx.signal.addEventListener("abort", resolve));
    return { field1: ctx.requestHeaders.get("traceparent") ?? "none" };
  }
}

function byKind(all: readonly Seen[]): { client: Seen; server: Seen } {
  const client = all.find(({ kind }) => kind === SpanKind.CLIENT);
  const server = all.find(({ kind }) => kind === SpanKind.SERVER);
  assert.ok(client && server, JSON.stringify(all));
  return { client, server };
}

beforeEach(forget);

describe("the spans of a call", () => {
  test("are those of its client and its server, parent and child, in the caller's trace", async () => {
    await using reactor = new Moody({ serve }, { interceptors });
    await using greeter = new GreeterRequest(reactor.endpoints, { interceptors });
    const { field1, parent } = await trace
      .getTracer("test")
      .startActiveSpan("caller", async (span) => {
        const answer = await greeter.reverse({}, { timeoutMs: 5_000 });
        span.end();
        return { ...answer, parent: span.spanContext() };
      });
    const { client, server } = byKind(await spans(3));
    assert.equal(field1, `00-${client.traceId}-${client.id}-01`, "W3C's header");
    assert.deepEqual([client.traceId, client.parent], [parent.traceId, parent.spanId]);
    assert.deepEqual([server.traceId, server.parent], [client.traceId, client.id]);
    assert.deepEqual([client.name, server.name], ["Greeter/Reverse", "Greeter/Reverse"]);
    const port = Number(reactor.endpoints[0]?.split(":").at(-1));
    const { "dividere.timeout_ms": toldMs, ...more } = client.attributes;
    assert.ok(Number(toldMs) > 4_000 && Number(toldMs) <= 5_000, String(toldMs));
    const status = { "rpc.status_code": "OK" };
    assert.deepEqual(more, {
      ...rpc,
      "server.address": "127.0.0.1",
      "server.port": port,
      ...status,
    });
    const { "dividere.timeout_ms": leftMs, ...others } = server.attributes;
    assert.ok(Number(leftMs) <= 5_000, String(leftMs));
    assert.deepEqual(others, { ...rpc, ...status });
    assert.deepEqual([client.status, server.status], [unset, unset]);
    assert.deepEqual(
      [client.scope.name, client.scope.version, client.scope.schemaUrl],
      ["dividere", version, "https://opentelemetry.io/schemas/1.45.0"],
    );
  });

  test("show a refusal as a failure of the client alone", async () => {
    await using reactor = new Moody({ serve }, { interceptors });
    await using greeter = new GreeterRequest(reactor.endpoints, { interceptors });
    await assert.rejects(greeter.reverse({ field1: "refuse" }), { status: "NOT_FOUND" });
    const { client, server } = byKind(await spans(2));
    assert.deepEqual(client.status, { code: SpanStatusCode.ERROR, message: "there is none" });
    assert.equal(client.attributes["error.type"], "NOT_FOUND");
    assert.equal(client.attributes["rpc.status_code"], "NOT_FOUND");
    assert.deepEqual(server.status, unset);
    assert.equal(server.attributes["rpc.status_code"], "NOT_FOUND");
    assert.ok(!("error.type" in server.attributes));
  });

  test("show a status of a failed server at both ends, and a fault with its exception", async () => {
    await using reactor = new Moody({ serve }, { interceptors });
    await using greeter = new GreeterRequest(reactor.endpoints, { interceptors });
    await assert.rejects(greeter.reverse({ field1: "unavailable" }), { status: "UNAVAILABLE" });
    const unavailable = byKind(await spans(2));
    assert.equal(unavailable.server.status.code, SpanStatusCode.ERROR);
    assert.equal(unavailable.server.attributes["error.type"], "UNAVAILABLE");
    assert.deepEqual(unavailable.server.events, []);
    forget();
    await assert.rejects(greeter.reverse({ field1: "fail" }), { status: "HANDLER_FAILED" });
    const { client, server } = byKind(await spans(2));
    assert.equal(client.attributes["error.type"], "HANDLER_FAILED");
    assert.deepEqual(server.status, { code: SpanStatusCode.ERROR, message: "a fault" });
    assert.equal(server.attributes["error.type"], "TypeError");
    assert.equal(server.attributes["rpc.status_code"], "HANDLER_FAILED");
    assert.deepEqual(server.events, ["exception"]);
  });

  test("show a passed deadline, and the handler that was given up", async () => {
    await using reactor = new Moody({ serve }, { interceptors });
    await using greeter = new GreeterRequest(reactor.endpoints, { interceptors });
    await assert.rejects(greeter.reverse({ field1: "wait" }, { timeoutMs: 50 }), {
      code: "TIMEOUT",
    });
    const { client, server } = byKind(await spans(2));
    assert.equal(client.attributes["rpc.status_code"], "TIMEOUT");
    assert.equal(client.attributes["error.type"], "TIMEOUT");
    assert.deepEqual(server.events, ["dividere.given_up"]);
  });

  test("show a cancellation", async () => {
    const controller = new AbortController();
    const begun = moment();
    class Waiting extends Moody {
      override handleMsg01(msg: Msg01, ctx: RequestContext): Promise<Msg01> {
        if (msg.field1 === "wait") begun.happen();
        return super.handleMsg01(msg, ctx);
      }
    }
    await using waiting = new Waiting({ serve }, { interceptors });
    await using other = new GreeterRequest(waiting.endpoints, { interceptors });
    // The server shows with its first answer that it understands cancellation.
    await other.reverse({});
    forget();
    const call = other.reverse({ field1: "wait" }, { signal: controller.signal });
    await begun.happened;
    controller.abort(new Error("enough"));
    await assert.rejects(call, { message: "enough" });
    const { client, server } = byKind(await spans(2));
    assert.equal(client.attributes["rpc.status_code"], "CANCELLED");
    assert.equal(client.attributes["error.type"], "CANCELLED");
    assert.deepEqual(server.events, ["dividere.given_up"]);
  });

  test("are one for each attempt of a repeated call, and one around all from outside", async () => {
    let refusals = 2;
    class Reluctant extends Greeter {
      override handleMsg01(msg: Msg01): Msg01 {
        if (refusals-- > 0) throw new RequestError("UNAVAILABLE", "not yet");
        return msg;
      }
    }
    await using reactor = new Reluctant({ serve });
    const retries = retryCalls({ rpcs: ["Greeter/Reverse"], firstDelayMs: 1 });
    await using inside = new GreeterRequest(reactor.endpoints, {
      interceptors: [retries, traceCalls()],
    });
    await inside.reverse({});
    const attempts = (await spans(3)).map(({ attributes }) => [
      attributes["dividere.attempt"],
      attributes["rpc.status_code"],
    ]);
    assert.deepEqual(attempts, [
      [undefined, "UNAVAILABLE"],
      [2, "UNAVAILABLE"],
      [3, "OK"],
    ]);
    forget();
    refusals = 1;
    await using outside = new GreeterRequest(reactor.endpoints, {
      interceptors: [traceCalls(), retries],
    });
    await outside.reverse({});
    assert.equal((await spans(1)).length, 1);
  });

  test("of a handler's own calls are children of the handler's span", async () => {
    await using back = new Moody({ serve }, { interceptors });
    await using backend = new GreeterRequest(back.endpoints, { interceptors });
    class Front extends Greeter {
      override async handleMsg01(msg: Msg01, ctx: RequestContext): Promise<Msg01> {
        await new Promise((resolve) => setImmediate(resolve));
        return backend.reverse(msg, ctx.callOptions());
      }
    }
    await using front = new Front({ serve }, { interceptors });
    await using greeter = new GreeterRequest(front.endpoints, { interceptors });
    await Promise.all([greeter.reverse({ field1: "a" }), greeter.reverse({ field1: "b" })]);
    const all = await spans(8);
    const traces = new Set(all.map(({ traceId }) => traceId));
    assert.equal(traces.size, 2);
    for (const traceId of traces) {
      let chain = all.filter((span) => span.traceId === traceId && span.parent === undefined);
      for (const kind of [SpanKind.CLIENT, SpanKind.SERVER, SpanKind.CLIENT, SpanKind.SERVER]) {
        assert.deepEqual(
          chain.map((span) => span.kind),
          [kind],
        );
        const [{ id } = { id: "" }] = chain;
        chain = all.filter(({ parent }) => parent === id);
      }
      assert.deepEqual(chain, []);
    }
  });

  test("carry baggage, and begin a trace at a server whose client has none", async () => {
    const seen: (string | undefined)[] = [];
    class Listening extends Greeter {
      override handleMsg01(msg: Msg01): Msg01 {
        seen.push(propagation.getActiveBaggage()?.getEntry("tenant")?.value);
        return msg;
      }
    }
    await using reactor = new Listening({ serve }, { interceptors });
    await using greeter = new GreeterRequest(reactor.endpoints, { interceptors });
    const baggage = propagation.createBaggage({ tenant: { value: "acme" } });
    await context.with(propagation.setBaggage(context.active(), baggage), () =>
      greeter.reverse({}),
    );
    await using plain = new GreeterRequest(reactor.endpoints);
    await plain.reverse({});
    assert.deepEqual(seen, ["acme", undefined]);
    const servers = (await spans(3)).filter(({ kind }) => kind === SpanKind.SERVER);
    assert.equal(servers[1]?.parent, undefined);
  });

  test("do not fail a call whose headers have no room for the trace", async () => {
    await using reactor = new Moody({ serve }, { interceptors });
    await using greeter = new GreeterRequest(reactor.endpoints, { interceptors });
    const { field1 } = await greeter.reverse({}, { headers: { large: "x".repeat(16_340) } });
    assert.equal(field1, "none");
  });
});
