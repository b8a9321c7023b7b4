import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RequestContext } from "dividere/messaging";
import { Msg01, Msg02 } from "../../gen/plain.js";
import { inFlight } from "../../support/calls/open-calls.js";
import { until } from "../../support/until.js";
import { moment } from "../reactor/greeter.js";
import { ShopReactor, ShopRequest } from "../stream/shop.js";

/** Holds its requests until it is told to answer. */
class Holding extends ShopReactor {
  held = 0;
  readonly release = moment();

  constructor() {
    super({ serve: "tcp://127.0.0.1:*" }, { concurrency: 1_000 });
  }

  override async handleAsk(msg: Msg01): Promise<Partial<Msg02>> {
    this.held++;
    await this.release.happened;
    return { field1: msg.field1 };
  }

  override async *handleList(_msg: Msg01, _ctx: RequestContext): AsyncIterable<Partial<Msg02>> {
    yield { field1: "first" };
    await this.release.happened;
  }
}

/** A client whose `ask` may be carried out more than once. */
class IdempotentRequest extends ShopRequest {
  askAgain(field1: string): Promise<Msg02> {
    const path = "shop.Shop/Ask";
    const rpc = { path, handler: "handleAsk", request: Msg01, response: Msg02 };
    return this.callUnary({ ...rpc, idempotency: "IDEMPOTENT" }, { field1 });
  }
}

/** Fulfilled once a client is connected to so many servers. */
async function connected(client: ShopRequest, count: number): Promise<void> {
  let servers = 0;
  client.onStatus(({ type }) => {
    if (type === "connected") servers++;
  });
  await until(() => servers === count, `${count} connections`);
}

describe("a connection that is lost", () => {
  test("ends the calls that were sent by it, which may have been carried out", async () => {
    await using reactor = new Holding();
    await using shop = new ShopRequest(reactor.endpoints, { timeoutMs: 60_000 });
    const calls = Array.from({ length: 200 }, () => shop.ask({}));
    await until(() => reactor.held === 200, "the requests to arrive");
    reactor.close();
    const ends = await Promise.allSettled(calls);
    for (const end of ends) {
      assert.equal(end.status, "rejected");
      assert.equal(end.reason.status, "UNAVAILABLE");
      assert.match(end.reason.message, /The connection to tcp:.* was lost before the answer/);
    }
    assert.equal(inFlight(shop), 0);
  });

  test("ends a stream behind the responses that came", async () => {
    await using reactor = new Holding();
    await using shop = new ShopRequest(reactor.endpoints);
    const stream = shop.list({});
    assert.equal((await stream.next()).value?.field1, "first");
    reactor.close();
    await assert.rejects(stream.next(), { status: "UNAVAILABLE" });
  });

  test("sends idempotent calls to a server that is there", async () => {
    const [one, two] = [new Holding(), new Holding()];
    await using _one = one;
    await using _two = two;
    await using shop = new IdempotentRequest([...one.endpoints, ...two.endpoints], {
      timeoutMs: 60_000,
    });
    await connected(shop, 2);
    const calls = Array.from({ length: 40 }, (_, index) => shop.askAgain(String(index)));
    await until(() => one.held === 20 && two.held === 20, "the requests to arrive");
    one.close();
    await until(() => two.held === 40, "the other server to have them all");
    two.release.happen();
    const texts = (await Promise.all(calls)).map(({ field1 }) => field1);
    assert.deepEqual(
      texts,
      calls.map((_, index) => String(index)),
    );
  });

  test("leaves the calls of another connection alone", async () => {
    const [one, two] = [new Holding(), new Holding()];
    await using _one = one;
    await using _two = two;
    await using shop = new ShopRequest([...one.endpoints, ...two.endpoints], { timeoutMs: 60_000 });
    await connected(shop, 2);
    const calls = Array.from({ length: 40 }, () => shop.ask({}));
    await until(() => one.held === 20 && two.held === 20, "half of the calls at each");
    one.close();
    const ended = Promise.allSettled(calls);
    await until(() => inFlight(shop) === two.held, "the calls of the lost connection to end");
    two.release.happen();
    const answered = (await ended).filter(({ status }) => status === "fulfilled");
    assert.equal(answered.length, two.held);
  });
});
