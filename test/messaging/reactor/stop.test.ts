import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import {
  Publisher,
  type RequestContext,
  Response,
  ShutdownEvent,
  Subscriber,
} from "dividere/messaging";
import { Msg01 } from "../../gen/plain.js";
import { GreeterRequest } from "../../gen/plain_dividere.js";
import { ByHand, Greeter, moment, soon } from "./greeter.js";

describe("a reactor that stops", () => {
  test("lets work in hand finish and answer when it stops, and refuses later requests", async () => {
    const begun = moment();
    const mayEnd = moment();
    class Slow extends Greeter {
      override async handleMsg01(msg: Msg01): Promise<Msg01> {
        begun.happen();
        await mayEnd.happened;
        return msg;
      }
    }
    const reactor = new Slow({ serve: "tcp://127.0.0.1:*" });
    await using greeter = new GreeterRequest(reactor.endpoints);
    const inHand = greeter.reverse({ field1: "in hand" }, soon);
    await begun.happened;
    const stopped = reactor.stop();
    assert.equal(reactor.closed, true);
    await assert.rejects(greeter.reverse({ field1: "too late" }, soon), { status: "STOPPING" });
    mayEnd.happen();
    assert.equal((await inHand).field1, "in hand");
    await stopped;
    await reactor.stop();
  });

  test("aborts the handlers' signals when it is closed, and sends nothing more", async () => {
    const begun = moment();
    const aborted = moment();
    class Patient extends Greeter {
      override async handleMsg01(msg: Msg01, ctx: RequestContext): Promise<Msg01> {
        const event = once(ctx.signal, "abort");
        begun.happen();
        await event;
        aborted.happen();
        return msg;
      }
    }
    const reactor = new Patient({ serve: "tcp://127.0.0.1:*" });
    await using greeter = new GreeterRequest(reactor.endpoints);
    const call = greeter.reverse({ field1: "x" }, soon);
    await begun.happened;
    reactor.close();
    reactor.close();
    await aborted.happened;
    greeter.close();
    await assert.rejects(call, { code: "CLOSED" });
    assert.deepEqual(reactor.errors, []);
  });

  test("stops on a ShutdownEvent from a link that has that type", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*", [ShutdownEvent]);
    const link = new Subscriber(publisher.endpoints, [Msg01, ShutdownEvent]);
    const reactor = new ByHand(link);
    await publisher.waitForSubscribers(1, soon);
    await publisher.send({});
    while (!reactor.closed) await new Promise(setImmediate);
    await reactor.stop();
    assert.ok(link.closed);
  });

  test("stops when its links are closed from outside", async () => {
    const response = new Response("tcp://127.0.0.1:*", [Msg01]);
    const reactor = new ByHand(response);
    await Promise.resolve();
    response.close();
    await reactor.stop();
    assert.deepEqual(reactor.errors, []);
  });
});
