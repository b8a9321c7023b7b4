import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import type { RequestContext } from "dividere/messaging";
import type { Msg01, Msg02 } from "../../gen/plain.js";
import { fixedEndpoint, transports } from "../../support/calls/endpoints.js";
import { inFlight } from "../../support/calls/open-calls.js";
import { within } from "../../support/within.js";
import { moment } from "../reactor/greeter.js";
import { ShopReactor, ShopRequest, textsOf } from "../stream/shop.js";

/** Never answers, and tells when it has begun to. */
class Silent extends ShopReactor {
  readonly begun = moment();

  override async handleAsk(_msg: Msg01, { signal }: RequestContext): Promise<Msg02> {
    this.begun.happen();
    await once(signal, "abort");
    return { field1: "too late" };
  }

  override async *handleList(_msg: Msg01, { signal }: RequestContext): AsyncIterable<Msg02> {
    yield { field1: "first" };
    this.begun.happen();
    await once(signal, "abort");
  }
}

/** Fulfilled with the next event of a type of a client. */
function next(client: ShopRequest, wanted: string): Promise<void> {
  let stop = () => {};
  const event = new Promise<void>((resolve) => {
    stop = client.onStatus(({ type }) => {
      if (type === wanted) resolve();
    });
  });
  return within(event, `${client.endpoints.join(", ")} to be ${wanted}`).finally(stop);
}

for (const transport of transports) {
  describe(`a client over ${transport}`, () => {
    test("may call before there is a server", async () => {
      const at = await fixedEndpoint(transport);
      await using shop = new ShopRequest(at);
      const call = shop.ask({ field1: "early" });
      const stream = textsOf(shop.list({ field1: "3" }));
      await using reactor = new ShopReactor({ serve: at });
      assert.equal((await call).field1, "early");
      assert.deepEqual(await stream, ["1", "2", "3"]);
      assert.deepEqual(reactor.errors, []);
    });

    test("takes a call back that was given up before there was a server", async () => {
      const at = await fixedEndpoint(transport);
      const seen: string[] = [];
      class Noting extends ShopReactor {
        override handleAsk(msg: Msg01): Msg02 {
          seen.push(msg.field1);
          return { field1: msg.field1 };
        }
      }
      await using shop = new ShopRequest(at);
      await assert.rejects(shop.ask({ field1: "given up" }, { timeoutMs: 20 }), {
        code: "TIMEOUT",
        message: /before Msg01 could be sent: no server is connected at /,
      });
      await using reactor = new Noting({ serve: at });
      await shop.ask({ field1: "wanted" });
      assert.deepEqual(seen, ["wanted"]);
      assert.deepEqual(reactor.errors, []);
    });

    test("learns that its server is gone, for a call and for a stream", async () => {
      for (const call of [
        (shop: ShopRequest) => shop.ask({}),
        (shop: ShopRequest) => textsOf(shop.list({})),
      ]) {
        const silent = new Silent({ serve: await fixedEndpoint(transport) });
        await using shop = new ShopRequest(silent.endpoints);
        const rejected = assert.rejects(call(shop), {
          status: "UNAVAILABLE",
          message: /^The connection to .* was lost before the answer/,
        });
        await silent.begun.happened;
        silent.close();
        await rejected;
        assert.equal(inFlight(shop), 0);
      }
    });

    test("calls the server that takes the place of another", async () => {
      const at = await fixedEndpoint(transport);
      await using shop = new ShopRequest(at);
      for (const round of ["1", "2", "3"]) {
        await using reactor = new ShopReactor({ serve: at });
        assert.equal((await shop.ask({ field1: round })).field1, round);
        assert.equal((await textsOf(shop.list({ field1: round }))).length, Number(round));
        const lost = next(shop, "disconnected");
        await reactor.stop();
        await lost;
      }
    });

    test("calls the servers that are there, of several", async () => {
      const [one, other] = [await fixedEndpoint(transport), await fixedEndpoint(transport)];
      class Named extends ShopReactor {
        override handleAsk(): Msg02 {
          return { field1: this.endpoints[0] === one ? "one" : "other" };
        }
      }
      await using shop = new ShopRequest([one, other]);
      const ask = async () => (await shop.ask({})).field1;
      await using first = new Named({ serve: one });
      assert.deepEqual([await ask(), await ask()], ["one", "one"]);
      const met = next(shop, "connected");
      await using second = new Named({ serve: other });
      await met;
      assert.deepEqual([await ask(), await ask()].sort(), ["one", "other"]);
      const lost = next(shop, "disconnected");
      first.close();
      await lost;
      assert.deepEqual([await ask(), await ask()], ["other", "other"]);
      assert.deepEqual(second.errors, []);
    });

    test("that closes ends the streams of its server", async () => {
      const ended = moment<string>();
      class Endless extends ShopReactor {
        override async *handleList(_msg: Msg01, { signal }: RequestContext): AsyncIterable<Msg02> {
          try {
            for (;;) yield { field1: "more" };
          } finally {
            ended.happen((signal.reason as { status: string }).status);
          }
        }
      }
      await using reactor = new Endless({ serve: await fixedEndpoint(transport) });
      // The server waits for credit, and learns from the client that it closes.
      const shop = new ShopRequest(reactor.endpoints);
      await shop.list({}).next();
      shop.close();
      assert.equal(await ended.happened, "CANCELLED");
    });
  });
}
