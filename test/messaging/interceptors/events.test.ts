import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as connection from "dividere/connection";
import {
  type Call,
  EnvelopeEncoder,
  type EventContext,
  headersOf,
  type Interceptor,
  Publisher,
  RequestError,
  readEnvelope,
  Subscriber,
} from "dividere/messaging";
import { Msg01, Msg02, Telegram } from "../../gen/plain.js";
import { GreeterPublisher, GreeterRequest, GreeterSubscriber } from "../../gen/plain_dividere.js";
import { Greeter, moment, soon } from "../reactor/greeter.js";

/** The parts of a call that say what it is. */
function about({ side, event, rpc, endpoints }: Call) {
  return { side, event, path: rpc.path, endpoints };
}

describe("events", () => {
  test("pass the interceptors of their publisher and of the reactor, with headers between them", async () => {
    const calls: ReturnType<typeof about>[] = [];
    const stamped: Interceptor = (next) => (call) => {
      calls.push(about(call));
      call.headers.set("stamp", `${call.event}`);
      return next(call);
    };
    const noted: Interceptor = (next) => (call) => {
      calls.push(about(call));
      return next(call);
    };
    await using news = new GreeterPublisher("tcp://127.0.0.1:*", { interceptors: [stamped] });
    const came = moment<string>();
    class Listener extends Greeter {
      override handleMsg02(msg: Msg02, ctx: EventContext): void {
        came.happen(`${msg.field1} ${ctx.requestHeaders.get("stamp")}`);
      }
    }
    await using reactor = new Listener({ subscribe: news.endpoints }, { interceptors: [noted] });
    await news.waitForSubscribers(1, soon);
    await news.announce({ field1: "hello" });
    assert.equal(await came.happened, "hello Msg02");
    const { endpoints } = news;
    assert.deepEqual(calls, [
      { side: "client", event: "Msg02", path: "Greeter/Announce", endpoints },
      { side: "server", event: "Msg02", path: "Greeter/Announce", endpoints: reactor.endpoints },
    ]);
  });

  test("a call of an rpc is no event, at either end", async () => {
    const seen: unknown[] = [];
    const interceptors: Interceptor[] = [
      (next) => (call) => {
        seen.push([call.side, "event" in call]);
        return next(call);
      },
    ];
    await using reactor = new Greeter({ serve: "tcp://127.0.0.1:*" }, { interceptors });
    await using greeter = new GreeterRequest(reactor.endpoints, { interceptors });
    await greeter.reverse({ field1: "hello" });
    assert.deepEqual(seen, [
      ["client", false],
      ["server", false],
    ]);
  });

  test("carry the headers that they are sent with to a subscriber, one message and not the next", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*", [Msg01]);
    await using subscriber = new Subscriber(publisher.endpoints, [Msg01]);
    await publisher.waitForSubscribers(1, soon);
    const bytes = Uint8Array.of(1, 2);
    await publisher.send({ field1: "one" }, Msg01, { headers: { tenant: "acme", bytes } });
    await publisher.send({ field1: "two" }, Msg01);
    const one = await subscriber.recv(soon);
    assert.equal(headersOf(one).get("tenant"), "acme");
    assert.deepEqual([...(headersOf(one).getBytes("bytes") ?? [])], [1, 2]);
    const two = await subscriber.recv(soon);
    assert.equal(two.field1, "two");
    assert.equal(headersOf(two).size, 0);
    assert.equal(headersOf({}).size, 0);
  });

  test("have the bytes of a plain message as long as nothing sets a header", async () => {
    const through: Interceptor = (next) => (call) => next(call);
    const plain = new EnvelopeEncoder().encode({ field1: "hello" }, Msg02);
    for (const options of [{}, { interceptors: [] }, { interceptors: [through] }]) {
      await using news = new GreeterPublisher("tcp://127.0.0.1:*", options);
      await using raw = new connection.Subscriber(news.endpoints, { topics: [new Uint8Array()] });
      await news.connector.waitForSubscribers(1, soon);
      await news.announce({ field1: "hello" });
      assert.deepEqual(Buffer.from(await raw.recv(soon)), Buffer.from(plain));
    }
  });

  test("keep their numbers and last values with headers", async () => {
    await using news = new GreeterPublisher("tcp://127.0.0.1:*", { lastValue: true });
    await news.send({ text: "last" }, Telegram, { headers: { tenant: "acme" } });
    await using events = new GreeterSubscriber(news.endpoints);
    const last = await events.recv(soon);
    assert.equal(headersOf(last).get("tenant"), "acme");
    await using raw = new connection.Subscriber(news.endpoints, { topics: [new Uint8Array()] });
    const { publication } = readEnvelope(await raw.recv(soon));
    assert.equal(publication?.sequence, 1);
  });

  test("are not published if an interceptor refuses them, or a header is invalid", async () => {
    const refuse: Interceptor = () => async () => {
      throw new RequestError("PERMISSION_DENIED", "not today");
    };
    await using closed = new GreeterPublisher("tcp://127.0.0.1:*", { interceptors: [refuse] });
    await assert.rejects(closed.announce({}), { status: "PERMISSION_DENIED" });
    assert.equal(closed.stats.sent, 0);
    await using open = new GreeterPublisher("tcp://127.0.0.1:*");
    await assert.rejects(open.send({}, Msg02, { headers: { "no spaces": "" } }), {
      code: "HEADERS_INVALID",
    });
    assert.equal(open.stats.sent, 0);
  });
});
