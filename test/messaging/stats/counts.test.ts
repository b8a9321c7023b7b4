import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Publisher,
  Reactors,
  type RequestContext,
  RequestError,
  type RpcStats,
  Subscriber,
} from "dividere/messaging";
import { Msg01, Msg02 } from "../../gen/plain.js";
import { GreeterPublisher, GreeterRequest } from "../../gen/plain_dividere.js";
import { until } from "../../support/until.js";
import { ByHand, Greeter, moment, soon } from "../reactor/greeter.js";
import { ShopReactor, ShopRequest, textsOf } from "../stream/shop.js";

const local = "tcp://127.0.0.1:*";

/** The counts of an rpc, without times. */
function countsOf({ stats }: { stats: { rpcs: readonly RpcStats[] } }, rpc: string) {
  const found = stats.rpcs.find((each) => each.rpc === rpc);
  assert.ok(found, `no counts for ${rpc}`);
  const { started, succeeded, failures, inFlight, latency } = found;
  assert.equal(
    found.failed,
    Object.values(failures).reduce((sum, count) => sum + count, 0),
  );
  assert.equal(latency.count, succeeded + found.failed);
  return { started, succeeded, failures, inFlight };
}

/** Answers as the text of a request says. */
class Choosy extends Greeter {
  onBegun: () => void = () => {};
  release: () => void = () => {};
  override handleMsg01(msg: Msg01, ctx: RequestContext): Msg01 | Promise<Msg01> {
    switch (msg.field1) {
      case "refuse":
        throw new RequestError("NOT_FOUND", "as the request says");
      case "throw":
        throw new Error("as the request says");
      case "wait":
        this.onBegun();
        return new Promise((_, reject) => {
          ctx.signal.addEventListener("abort", () => reject(ctx.signal.reason));
        });
      case "hold":
        this.onBegun();
        return new Promise((resolve) => {
          this.release = () => resolve(msg);
        });
      default:
        return msg;
    }
  }
}

describe("a reactor counts", () => {
  test("answers, and failures by their status", async () => {
    await using reactor = new Choosy({ serve: local });
    await using client = new GreeterRequest(reactor.endpoints, soon);
    for (let i = 0; i < 3; i++) await client.reverse({ field1: "abc" });
    await assert.rejects(client.reverse({ field1: "refuse" }), { status: "NOT_FOUND" });
    for (let i = 0; i < 2; i++) {
      await assert.rejects(client.reverse({ field1: "throw" }), { status: "HANDLER_FAILED" });
    }
    await client.echo({});
    await until(() => countsOf(reactor, "Greeter/Echo").succeeded === 1, "the last answer");
    assert.deepEqual(countsOf(reactor, "Greeter/Reverse"), {
      started: 6,
      succeeded: 3,
      failures: { NOT_FOUND: 1, HANDLER_FAILED: 2 },
      inFlight: 0,
    });
  });

  test("calls that are in flight, and those that are cancelled", async () => {
    await using reactor = new Choosy({ serve: local }, { concurrency: 7 });
    await using client = new GreeterRequest(reactor.endpoints, soon);
    await client.reverse({ field1: "so that the client knows of cancelling" });
    const given = new AbortController();
    const begun = moment();
    reactor.onBegun = begun.happen;
    const call = client.reverse({ field1: "wait" }, { signal: given.signal });
    await begun.happened;
    assert.equal(countsOf(reactor, "Greeter/Reverse").inFlight, 1);
    assert.equal(reactor.stats.inFlight, 1);
    assert.equal(reactor.stats.concurrency, 7);
    given.abort(new Error("given up"));
    await assert.rejects(call, /given up/);
    await until(() => reactor.stats.inFlight === 0, "the handler's end");
    assert.deepEqual(countsOf(reactor, "Greeter/Reverse"), {
      started: 2,
      succeeded: 1,
      failures: { CANCELLED: 1 },
      inFlight: 0,
    });
  });

  test("calls past their deadline, whether their handlers had begun or not", async () => {
    await using reactor = new Choosy({ serve: local }, { concurrency: 1 });
    await using client = new GreeterRequest(reactor.endpoints);
    const late = { code: "TIMEOUT" };
    const begun = moment();
    reactor.onBegun = begun.happen;
    const held = assert.rejects(client.reverse({ field1: "hold" }, { timeoutMs: 1_000 }), late);
    await begun.happened;
    await assert.rejects(client.reverse({ field1: "never begun" }, { timeoutMs: 200 }), late);
    await held;
    const failures = () => countsOf(reactor, "Greeter/Reverse").failures["DEADLINE_EXCEEDED"];
    await until(() => failures() === 1, "the call that was never begun");
    // The other handler goes on, and another call takes its place.
    await client.reverse({ field1: "abc" }, soon);
    assert.equal(countsOf(reactor, "Greeter/Reverse").inFlight, 1);
    reactor.release();
    await until(() => failures() === 2, "the other call");
    assert.deepEqual(countsOf(reactor, "Greeter/Reverse"), {
      started: 3,
      succeeded: 1,
      failures: { DEADLINE_EXCEEDED: 2 },
      inFlight: 0,
    });
  });

  test("streams, which succeed when their handler ends them", async () => {
    await using reactor = new ShopReactor({ serve: local }, { maxStreams: 1 });
    await using client = new ShopRequest(reactor.endpoints);
    assert.deepEqual(await textsOf(client.list({ field1: "2" })), ["1", "2"]);
    const open = client.list({ field1: "1000000" });
    await open.next();
    await assert.rejects(textsOf(client.list({ field1: "1" })), { status: "RESOURCE_EXHAUSTED" });
    open.cancel();
    await until(() => countsOf(reactor, "shop.Shop/List").inFlight === 0, "the stream's end");
    assert.deepEqual(countsOf(reactor, "shop.Shop/List"), {
      started: 3,
      succeeded: 1,
      failures: { CANCELLED: 1, RESOURCE_EXHAUSTED: 1 },
      inFlight: 0,
    });
  });

  test("events, and what its links have received", async () => {
    await using publisher = new GreeterPublisher(local);
    await using reactor = new Greeter({ subscribe: publisher.endpoints });
    await publisher.waitForSubscribers(1, soon);
    await publisher.announce({ field1: "a" });
    await publisher.announce({ field1: "b" });
    await until(() => countsOf(reactor, "Greeter/Announce").succeeded === 2, "both events");
    const [link] = reactor.stats.links;
    assert.deepEqual(
      { kind: link?.kind, endpoints: link?.endpoints, received: link?.received },
      { kind: "Subscriber", endpoints: publisher.endpoints, received: 2 },
    );
  });

  test("plain requests, which name no rpc", async () => {
    await using reactor = new Greeter({ serve: local });
    await using client = new (class extends GreeterRequest {
      plain() {
        return this.call(Msg01, Msg01, { field1: "?" }, soon);
      }
    })(reactor.endpoints);
    await client.plain();
    await until(() => countsOf(reactor, "Greeter/Reverse").succeeded === 1, "the answer");
  });

  test("the messages of a reactor without a proto service by their types", async () => {
    await using publisher = new Publisher(local, [Msg01, Msg02]);
    await using reactor = new ByHand(new Subscriber(publisher.endpoints, [Msg01, Msg02]));
    await publisher.waitForSubscribers(1, soon);
    await publisher.send({ field1: "a" }, Msg01);
    await publisher.send({ field1: "b" }, Msg02);
    await until(() => reactor.errors.length === 1, "the message without a handler");
    await until(() => countsOf(reactor, "Msg01").succeeded === 1, "the other message");
    assert.deepEqual(countsOf(reactor, "Msg02").failures, { MISSING_HANDLER: 1 });
  });

  test("each service's rpcs where it serves several, and each service knows its own", async () => {
    const [greeter, shop] = [new Greeter(), new ShopReactor()];
    await using server = new Reactors({ serve: local }, [greeter, shop]);
    await using client = new GreeterRequest(server.endpoints, soon);
    await client.reverse({});
    await until(() => countsOf(server, "Greeter/Reverse").succeeded === 1, "the answer");
    assert.equal(countsOf(server, "shop.Shop/Ask").started, 0);
    assert.equal(countsOf(greeter, "Greeter/Reverse").succeeded, 1);
    assert.ok(shop.stats.rpcs.every(({ rpc }) => rpc.startsWith("shop.Shop/")));
  });
});

test("status codes beyond 64 are counted together", async () => {
  let count = 0;
  class Inventive extends Greeter {
    override handleMsg01(): Msg01 {
      throw new RequestError(`CODE_${count++}`, "a new word each time");
    }
  }
  await using reactor = new Inventive({ serve: local });
  await using client = new GreeterRequest(reactor.endpoints, soon);
  for (let i = 0; i < 70; i++) await assert.rejects(client.reverse({}), { code: "REQUEST_FAILED" });
  await until(() => reactor.stats.inFlight === 0, "the last refusal");
  const { failures } = countsOf(reactor, "Greeter/Reverse");
  assert.equal(Object.keys(failures).length, 65);
  assert.equal(failures["OTHER"], 6);
});

test("each reactor has an id of its own, and the version that it was given", async () => {
  await using one = new Greeter({ serve: local }, { version: "1.4.2" });
  await using other = new Greeter({ serve: local });
  assert.notEqual(one.instance, other.instance);
  assert.equal(one.stats.instance, one.instance);
  assert.deepEqual([one.version, other.version], ["1.4.2", ""]);
});
