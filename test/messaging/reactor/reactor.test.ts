import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as connection from "dividere/connection";
import {
  ack,
  Dealer,
  EnvelopeEncoder,
  Publisher,
  type ReceivingLink,
  Request,
  Response,
  Router,
  Subscriber,
} from "dividere/messaging";
import { Msg01, type Msg02, type Scalars, Telegram } from "../../gen/plain.js";
import { GreeterPublisher, GreeterReactor, GreeterRequest } from "../../gen/plain_dividere.js";
import { ByHand, Greeter, moment, soon } from "./greeter.js";

describe("a reactor", () => {
  test("reads from any mix of links, and answers the requests among the messages", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*", [Msg01]);
    const links: ReceivingLink[] = [
      new Response("tcp://127.0.0.1:*", [Msg01, ack]),
      new Router("tcp://127.0.0.1:*", [Msg01, ack]),
      new Dealer("tcp://127.0.0.1:*", [Msg01, ack]),
      new Subscriber(publisher.endpoints, [Msg01]),
    ];
    await using reactor = new ByHand(links);
    const [rep, router, dealer] = reactor.endpoints as [string, string, string, string];
    await using toRep = new Request(rep, [Msg01, ack]);
    await using toRouter = new Request(router, [Msg01, ack]);
    await using toDealer = new Dealer(dealer, [Msg01, ack]);
    await toRep.send(Msg01.create({ field1: "rep" }));
    assert.deepEqual(await toRep.recv(soon), Msg01.create({ field1: "rep" }));
    await toRep.send(ack.create({ ok: false }));
    assert.deepEqual(await toRep.recv(soon), ack.create({ ok: true }));
    await toRouter.send(Msg01.create({ field1: "router" }));
    assert.deepEqual(await toRouter.recv(soon), Msg01.create({ field1: "router" }));
    await toDealer.sendRouted({
      route: [Buffer.from("r")],
      message: Msg01.create({ field1: "dealer" }),
    });
    const answer = await toDealer.recv(soon);
    assert.equal(Buffer.concat(answer.route).toString(), "r");
    await publisher.waitForSubscribers(1, soon);
    await publisher.send({ field1: "event" });
    await toRep.send(Msg01.create({ field1: "last" }));
    await toRep.recv(soon);
    await reactor.stop();
    assert.deepEqual(reactor.seen.sort(), ["dealer", "event", "last", "rep", "router"]);
    assert.deepEqual(reactor.errors, []);
    assert.ok(links.every((link) => link.closed));
  });

  test("names the missing method, refuses the request and goes on", async () => {
    await using reactor = new ByHand(new Response("tcp://127.0.0.1:*", [Msg01, Telegram]));
    await using request = new Request(reactor.endpoints, [Msg01, Telegram]);
    await request.send(Telegram.create());
    await assert.rejects(request.recv(soon), { status: "REFUSED" });
    assert.equal(
      reactor.errors[0]?.message,
      "ByHand has no method handleTelegram(msg, ctx), and a Telegram needs one",
    );
    await request.send(Msg01.create({ field1: "fine" }));
    assert.deepEqual(await request.recv(soon), Msg01.create({ field1: "fine" }));
  });

  test("refuses an undecodable request, reports it, and goes on", async () => {
    await using reactor = new ByHand([
      new Response("tcp://127.0.0.1:*", [Msg01]),
      new Router("tcp://127.0.0.1:*", [Msg01]),
    ]);
    const refused = Buffer.from(new EnvelopeEncoder([ack]).encode({ ok: false }));
    for (const endpoint of reactor.endpoints) {
      await using raw = new connection.Request(endpoint);
      await raw.send(Buffer.from("junk"));
      assert.deepEqual(Buffer.from(await raw.recv(soon)), refused);
      await raw.send(new EnvelopeEncoder([Msg01]).encode({ field1: "fine" }));
      await raw.recv(soon);
    }
    assert.deepEqual(reactor.seen, ["fine", "fine"]);
    assert.deepEqual(
      reactor.errors.map((error) => "code" in error && error.code),
      ["MALFORMED_ENVELOPE", "MALFORMED_ENVELOPE"],
    );
  });

  test("handles requests concurrently up to its bound, and events one by one in their order", async () => {
    const three = moment();
    const order: string[] = [];
    const finished = moment();
    const open = moment();
    let atWork = 0;
    let most = 0;
    class Busy extends Greeter {
      override async handleMsg01(msg: Msg01): Promise<Msg01> {
        most = Math.max(most, ++atWork);
        if (atWork === 3) three.happen();
        await open.happened;
        atWork--;
        return msg;
      }
      override async handleMsg02(msg: Msg02): Promise<void> {
        order.push(`begin ${msg.field1}`);
        // Whoever is first waits longest, if anybody could overtake.
        for (let turn = 0; turn < 5 - Number(msg.field1); turn++) await new Promise(setImmediate);
        order.push(`end ${msg.field1}`);
        if (msg.field1 === "3") finished.happen();
      }
    }
    await using publisher = new GreeterPublisher("tcp://127.0.0.1:*");
    const links = { serve: "tcp://127.0.0.1:*", subscribe: publisher.endpoints };
    await using reactor = new Busy(links, { concurrency: 3 });
    await using greeter = new GreeterRequest(reactor.endpoints[0] as string);
    await publisher.waitForSubscribers(1, soon);
    for (const field1 of ["1", "2", "3"]) await publisher.announce({ field1 });
    await finished.happened;
    const calls = Array.from({ length: 10 }, (_, index) =>
      greeter.reverse({ field1: `${index}` }, soon),
    );
    await three.happened;
    open.happen();
    await Promise.all(calls);
    assert.equal(most, 3);
    assert.deepEqual(order, ["begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3"]);
  });

  test("calls idle while no handler runs, and reports its errors", async () => {
    const thrice = moment();
    class Idle extends Greeter {
      calls = 0;
      override idle(): void {
        if (++this.calls === 3) thrice.happen();
        if (this.calls === 1) throw new Error("idle failed");
      }
    }
    await using reactor = new Idle({ serve: "tcp://127.0.0.1:*" }, { idleIntervalMs: 1 });
    await thrice.happened;
    assert.deepEqual(
      reactor.errors.map((error) => error.message),
      ["idle failed"],
    );
  });

  test("handles no message before its subclass is constructed", async () => {
    class Late extends Greeter {
      readonly prefix: string;
      constructor(serve: string) {
        super({ serve });
        this.prefix = "made: ";
      }
      override handleMsg01(msg: Msg01): Msg01 {
        return Msg01.create({ field1: this.prefix + msg.field1 });
      }
    }
    await using reactor = new Late("tcp://127.0.0.1:*");
    await using greeter = new GreeterRequest(reactor.endpoints);
    assert.equal((await greeter.reverse({ field1: "x" }, soon)).field1, "made: x");
  });

  test("of a service demands the options that its links need, and leaves nothing bound when it fails", () => {
    assert.throws(() => new Greeter({}), {
      code: "ENDPOINT_INVALID",
      message: /Greeter has nothing to read from/,
    });
    assert.throws(() => new Greeter({ serve: "tcp://127.0.0.1:*", subscribe: "nonsense" }), {
      code: "ENDPOINT_INVALID",
      endpoint: "nonsense",
    });
  });

  test("reports a missing handler, which is possible only in JavaScript", async () => {
    class Lacking extends Greeter {}
    Object.defineProperty(Lacking.prototype, "handleMsg02", { value: undefined });
    await using reactor = new Lacking({ serve: "tcp://127.0.0.1:*" });
    await Promise.resolve();
    await Promise.resolve();
    assert.deepEqual(
      reactor.errors.map((error) => error.message),
      ["Lacking has no method handleMsg02(msg, ctx), and a Msg02 needs one"],
    );
  });

  test("accepts a property as a handler", async () => {
    const errors: Error[] = [];
    class Arrow extends GreeterReactor {
      override readonly handleMsg01 = (msg: Msg01): Msg01 =>
        Msg01.create({ field1: `${msg.field1}!` });
      override readonly handleScalars = (msg: Scalars): Scalars => msg;
      override readonly handleMsg02 = (): void => {};
      override readonly handleTelegram = (): void => {};
      override onError(error: Error): void {
        errors.push(error);
      }
    }
    await using reactor = new Arrow({ serve: "tcp://127.0.0.1:*" });
    await using greeter = new GreeterRequest(reactor.endpoints);
    assert.equal((await greeter.reverse({ field1: "x" }, soon)).field1, "x!");
    assert.deepEqual(errors, []);
  });
});
