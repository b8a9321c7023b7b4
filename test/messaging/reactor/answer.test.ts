import assert from "node:assert/strict";
import { getEventListeners, once } from "node:events";
import { describe, test } from "node:test";
import { type RequestContext, RequestError } from "dividere/messaging";
import { Msg01, Msg02 } from "../../gen/plain.js";
import { GreeterPublisher, GreeterRequest } from "../../gen/plain_dividere.js";
import { Greeter, moment, soon } from "./greeter.js";

describe("a reactor's answer", () => {
  test("reports a handler that answers a request with no message", async () => {
    class Silent extends Greeter {
      override handleMsg01(): Msg01 {
        return undefined as unknown as Msg01;
      }
    }
    await using reactor = new Silent({ serve: "tcp://127.0.0.1:*" });
    await using greeter = new GreeterRequest(reactor.endpoints);
    await assert.rejects(greeter.reverse({ field1: "?" }, soon), { status: "NO_REPLY" });
    assert.match(
      reactor.errors[0]?.message ?? "",
      /Silent\.handleMsg01 answered a Msg01 with nothing/,
    );
  });

  test("refuses an answer of another type than the rpc's, and a value that is no message", async () => {
    const answers = [Msg02.create({ field1: "?" }), "text"];
    class Wrong extends Greeter {
      override handleMsg01(): Msg01 {
        return answers.shift() as unknown as Msg01;
      }
    }
    await using reactor = new Wrong({ serve: "tcp://127.0.0.1:*" });
    await using greeter = new GreeterRequest(reactor.endpoints);
    for (const named of ["Msg02", "string"]) {
      const call = greeter.reverse({ field1: "?" }, soon);
      await assert.rejects(call, { status: "UNENCODABLE_MESSAGE" });
      const message = `The request is answered by a Msg01, and its handler gave a ${named}`;
      assert.equal(reactor.errors.shift()?.message, message);
    }
  });

  test("takes an answer from ctx.reply, once", async () => {
    const second = moment<unknown>();
    class Early extends Greeter {
      override async handleMsg01(msg: Msg01, ctx: RequestContext): Promise<Msg01> {
        await ctx.reply(Msg01.create({ field1: `early ${msg.field1}` }));
        await ctx.reply(msg).catch(second.happen);
        return msg;
      }
    }
    await using reactor = new Early({ serve: "tcp://127.0.0.1:*" });
    await using greeter = new GreeterRequest(reactor.endpoints);
    assert.equal((await greeter.reverse({ field1: "answer" }, soon)).field1, "early answer");
    assert.match(String(await second.happened), /A second answer to one request/);
  });

  test("tells a handler when the requester no longer waits", async () => {
    const aborted = moment<number | undefined>();
    class Timed extends Greeter {
      override async handleMsg01(msg: Msg01, ctx: RequestContext): Promise<Msg01> {
        await once(ctx.signal, "abort");
        aborted.happen(ctx.deadline);
        return msg;
      }
    }
    await using reactor = new Timed({ serve: "tcp://127.0.0.1:*" });
    await using greeter = new GreeterRequest(reactor.endpoints);
    await assert.rejects(greeter.reverse({ field1: "x" }, { timeoutMs: 50 }), { code: "TIMEOUT" });
    const deadline = await aborted.happened;
    assert.ok(deadline !== undefined && deadline <= Date.now());
  });

  test("forgets a request's signal when its handler is done", async () => {
    const signals: AbortSignal[] = [];
    class Signalled extends Greeter {
      override handleMsg01(msg: Msg01, ctx: RequestContext): Msg01 {
        assert.equal(ctx.signal.aborted, false);
        signals.push(ctx.signal);
        return msg;
      }
    }
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout");
    const reactor = new Signalled({ serve: "tcp://127.0.0.1:*" });
    await using greeter = new GreeterRequest(reactor.endpoints);
    const before = timers().length;
    await greeter.reverse({ field1: "x" }, { timeoutMs: Number.POSITIVE_INFINITY });
    for (let time = 0; time < 3; time++) await greeter.reverse({ field1: "x" }, soon);
    // Each request has a signal of its own, whose timer ends with the handler.
    assert.equal(new Set(signals).size, 4);
    assert.equal(timers().length, before);
    await reactor.stop();
    reactor.close();
    for (const signal of signals) {
      assert.equal(signal.aborted, false);
      assert.deepEqual(getEventListeners(signal, "abort"), []);
    }
  });

  test("reports a RequestError if no requester waits for an answer", async () => {
    const reported = moment<Error>();
    class Refusing extends Greeter {
      override handleMsg02(): void {
        throw new RequestError("BUSY", "Nobody hears this");
      }
      override onError(error: Error): void {
        reported.happen(error);
      }
    }
    await using publisher = new GreeterPublisher("tcp://127.0.0.1:*");
    await using _reactor = new Refusing({ subscribe: publisher.endpoints });
    await publisher.waitForSubscribers(1, soon);
    await publisher.announce({ field1: "x" });
    assert.equal((await reported.happened).message, "Nobody hears this");
  });

  test("answers with the status of a RequestError and does not report it", async () => {
    class Refusing extends Greeter {
      override handleMsg01(): Msg01 {
        throw new RequestError("BUSY", "Come back later");
      }
    }
    await using reactor = new Refusing({ serve: "tcp://127.0.0.1:*" });
    await using greeter = new GreeterRequest(reactor.endpoints);
    await assert.rejects(greeter.reverse({ field1: "x" }, soon), { status: "BUSY" });
    assert.deepEqual(reactor.errors, []);
  });
});
