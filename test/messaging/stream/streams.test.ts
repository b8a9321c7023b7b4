import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { errorDetail, type RequestContext, RequestError } from "dividere/messaging";
import { Msg01, Msg02 } from "../../gen/plain.js";
import { freeEndpoint, transports } from "../../support/calls/endpoints.js";
import { inFlight, openCalls } from "../../support/calls/open-calls.js";
import { until } from "../../support/until.js";
import { moment } from "../reactor/greeter.js";
import { ShopReactor, ShopRequest, textsOf } from "./shop.js";

for (const transport of transports) {
  describe(`streams over ${transport}`, () => {
    test("come in order, however many there are", async () => {
      await using reactor = new ShopReactor({ serve: freeEndpoint(transport) });
      await using shop = new ShopRequest(reactor.endpoints);
      const texts = await textsOf(shop.list({ field1: "2000" }));
      assert.deepEqual(
        texts,
        Array.from({ length: 2_000 }, (_, index) => String(index + 1)),
      );
      assert.equal(inFlight(shop), 0);
    });

    test("may be empty", async () => {
      await using reactor = new ShopReactor({ serve: freeEndpoint(transport) });
      await using shop = new ShopRequest(reactor.endpoints);
      assert.deepEqual(await textsOf(shop.list({ field1: "0" })), []);
      assert.equal((await shop.upload([])).field1, "");
      assert.deepEqual(await textsOf(shop.chat([])), []);
    });

    test("go to the server, and are answered by one message", async () => {
      await using reactor = new ShopReactor({ serve: freeEndpoint(transport) });
      await using shop = new ShopRequest(reactor.endpoints);
      const words = Array.from({ length: 700 }, (_, index) => `w${index}`);
      const reply = await shop.upload(words.map((field1) => ({ field1 })));
      assert.equal(reply.field1, words.join(" "));
    });

    test("go both ways at once", async () => {
      await using reactor = new ShopReactor({ serve: freeEndpoint(transport) });
      await using shop = new ShopRequest(reactor.endpoints);
      const told = moment();
      async function* lines() {
        yield { field1: "one" };
        // The first answer is here before the second line goes out.
        await told.happened;
        yield { field1: "two" };
      }
      const answers: string[] = [];
      for await (const { field1 } of shop.chat(lines())) {
        answers.push(field1);
        told.happen();
      }
      assert.deepEqual(answers, ["ONE", "TWO"]);
    });

    test("an error arrives behind the responses before it", async () => {
      class Failing extends ShopReactor {
        override async *handleList(_msg: Msg01, ctx: RequestContext): AsyncIterable<Msg02> {
          ctx.responseTrailers.set("left", "3");
          yield { field1: "a" };
          yield { field1: "b" };
          throw new RequestError("OUT_OF_RANGE", "no more of them", {
            details: [errorDetail(Msg01, { field1: "the detail" })],
          });
        }
      }
      await using reactor = new Failing({ serve: freeEndpoint(transport) });
      await using shop = new ShopRequest(reactor.endpoints);
      const texts: string[] = [];
      const stream = shop.list({});
      const failure = await (async () => {
        for await (const { field1 } of stream) texts.push(field1);
      })().catch((error: unknown) => error);
      assert.deepEqual(texts, ["a", "b"]);
      assert.ok(failure instanceof RequestError);
      assert.equal(failure.status, "OUT_OF_RANGE");
      assert.equal(failure.message, "no more of them");
      assert.equal(failure.detail(Msg01)?.field1, "the detail");
      assert.equal(stream.trailers.get("left"), "3");
      assert.deepEqual(reactor.errors, []);
    });

    test("leaving the loop ends the handler, which runs its finally", async () => {
      const ended = moment<boolean>();
      class Endless extends ShopReactor {
        override async *handleList(_msg: Msg01, ctx: RequestContext): AsyncIterable<Msg02> {
          try {
            for (let item = 0; ; item++) yield { field1: String(item) };
          } finally {
            ended.happen(ctx.signal.aborted);
          }
        }
      }
      await using reactor = new Endless({ serve: freeEndpoint(transport) });
      await using shop = new ShopRequest(reactor.endpoints);
      for await (const { field1 } of shop.list({})) if (field1 === "5") break;
      assert.equal(await ended.happened, true);
      assert.equal(inFlight(shop), 0);
      assert.equal(openCalls(reactor), 0);
    });

    test("a client that closes ends the handler", async () => {
      const ended = moment<unknown>();
      class Endless extends ShopReactor {
        override async *handleList(_msg: Msg01, ctx: RequestContext): AsyncIterable<Msg02> {
          yield { field1: "one" };
          await once(ctx.signal, "abort");
          ended.happen((ctx.signal.reason as RequestError).status);
        }
      }
      await using reactor = new Endless({ serve: freeEndpoint(transport) });
      await using shop = new ShopRequest(reactor.endpoints);
      const stream = shop.list({});
      await stream.next();
      shop.close();
      await assert.rejects(stream.next(), { code: "CLOSED" });
      assert.equal(await ended.happened, "CANCELLED");
      await until(() => openCalls(reactor) === 0, "the server to forget the call");
    });

    test("a slow reader holds the handler", async () => {
      let made = 0;
      class Counting extends ShopReactor {
        override async *handleList(): AsyncIterable<Msg02> {
          for (;;) yield { field1: String(++made) };
        }
      }
      await using reactor = new Counting({ serve: freeEndpoint(transport) });
      await using shop = new ShopRequest(reactor.endpoints);
      const stream = shop.list({});
      await stream.next();
      // Calls that are answered meanwhile show that both ends had time for more.
      for (let call = 0; call < 50; call++) await shop.ask({ field1: "?" });
      const heldAt = made;
      for (let call = 0; call < 50; call++) await shop.ask({ field1: "?" });
      assert.equal(made, heldAt);
      assert.ok(made <= 258, `the handler made ${made} responses`);
      await stream.return?.();
    });

    test("end at their deadline, on both sides", async () => {
      const aborted = moment<unknown>();
      class Patient extends ShopReactor {
        override async *handleList(_msg: Msg01, ctx: RequestContext): AsyncIterable<Msg02> {
          yield { field1: "only" };
          await once(ctx.signal, "abort");
          aborted.happen(ctx.signal.reason);
        }
      }
      await using reactor = new Patient({ serve: freeEndpoint(transport) });
      await using shop = new ShopRequest(reactor.endpoints);
      await assert.rejects(textsOf(shop.list({}, { timeoutMs: 300 })), {
        code: "TIMEOUT",
        message: /before the stream shop\.Shop\/List from .* ended/,
      });
      await aborted.happened;
      await until(() => openCalls(reactor) === 0, "the server to forget the call");
      assert.equal(inFlight(shop), 0);
    });

    test("a signal ends a stream of requests, and leaves its source", async () => {
      const left = moment();
      const controller = new AbortController();
      async function* endless() {
        try {
          for (;;) {
            yield { field1: "x".repeat(1_000) };
            if (received >= 3) controller.abort(new Error("enough"));
          }
        } finally {
          left.happen();
        }
      }
      let received = 0;
      const told = moment<unknown>();
      class Reading extends ShopReactor {
        override async handleUpload(msgs: AsyncIterable<Msg01>): Promise<Msg02> {
          try {
            for await (const _ of msgs) received++;
          } catch (error) {
            told.happen((error as RequestError).status);
            throw error;
          }
          return { field1: "" };
        }
      }
      await using reactor = new Reading({ serve: freeEndpoint(transport) });
      await using shop = new ShopRequest(reactor.endpoints);
      const call = shop.upload(endless(), { signal: controller.signal });
      await assert.rejects(call, { message: "enough" });
      await left.happened;
      assert.equal(await told.happened, "CANCELLED");
      await until(() => openCalls(reactor) === 0, "the server to forget the call");
    });

    test("carry headers and trailers, text and bytes", async () => {
      class Polite extends ShopReactor {
        override async *handleList(_msg: Msg01, ctx: RequestContext): AsyncIterable<Msg02> {
          for (const [key, value] of ctx.requestHeaders) ctx.responseHeaders.append(key, value);
          ctx.sendHeaders();
          yield { field1: "item" };
          ctx.responseTrailers.set("sum", new Uint8Array([1, 2]));
        }
      }
      await using reactor = new Polite({ serve: freeEndpoint(transport) });
      await using shop = new ShopRequest(reactor.endpoints);
      const headers = { Token: "abc", "token-bin": new Uint8Array([7, 0, 255]) };
      const stream = shop.list({}, { headers });
      const echoed = await stream.headers;
      assert.equal(echoed.get("token"), "abc");
      assert.deepEqual(echoed.getBytes("token-bin"), headers["token-bin"]);
      assert.deepEqual(await textsOf(stream), ["item"]);
      assert.deepEqual(stream.trailers.getBytes("sum"), new Uint8Array([1, 2]));
    });

    test("a reactor that stops ends its streams with a status", async () => {
      const begun = moment();
      class Endless extends ShopReactor {
        override async *handleList(_msg: Msg01, ctx: RequestContext): AsyncIterable<Msg02> {
          yield { field1: "one" };
          begun.happen();
          await once(ctx.signal, "abort");
        }
      }
      const reactor = new Endless({ serve: freeEndpoint(transport) });
      await using shop = new ShopRequest(reactor.endpoints);
      const read = textsOf(shop.list({}));
      await begun.happened;
      await Promise.all([reactor.stop(), assert.rejects(read, { status: "STOPPING" })]);
    });

    test("a request that is cancelled aborts its handler, once the server has shown that it can", async () => {
      const begun = moment();
      const reason = moment<unknown>();
      class Slow extends ShopReactor {
        override async handleAsk(msg: Msg01, ctx: RequestContext): Promise<Msg02> {
          if (msg.field1 === "quick") return { field1: "" };
          begun.happen();
          await once(ctx.signal, "abort");
          reason.happen(ctx.signal.reason);
          return { field1: "" };
        }
      }
      await using reactor = new Slow({ serve: freeEndpoint(transport) });
      await using shop = new ShopRequest(reactor.endpoints);
      await shop.ask({ field1: "quick" });
      const controller = new AbortController();
      const call = shop.ask({ field1: "slow" }, { signal: controller.signal });
      await begun.happened;
      controller.abort(new Error("not needed"));
      await assert.rejects(call, { message: "not needed" });
      assert.equal(((await reason.happened) as RequestError).status, "CANCELLED");
    });

    test("an rpc that the server does not have is UNIMPLEMENTED", async () => {
      class Other extends ShopReactor {}
      await using reactor = new Other({ serve: freeEndpoint(transport) });
      await using shop = new (class extends ShopRequest {
        unknown() {
          const rpc = { path: "shop.Shop/Gone", handler: "", request: Msg01, response: Msg01 };
          return this.callUnary(rpc, {});
        }
        unknownStream() {
          const rpc = { path: "other.Shop/List", handler: "", request: Msg01, response: Msg02 };
          return this.callServerStream({ ...rpc, kind: "serverStream" }, {});
        }
      })(reactor.endpoints);
      await assert.rejects(shop.unknown(), { status: "UNIMPLEMENTED", message: /no rpc Gone/ });
      await assert.rejects(textsOf(shop.unknownStream()), {
        status: "UNIMPLEMENTED",
        message: /service other\.Shop is not served here; shop\.Shop is/,
      });
    });
  });
}
