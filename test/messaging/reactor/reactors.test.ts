import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dealer, Reactors, RequestError } from "dividere/messaging";
import { Msg01, Msg02 } from "../../gen/plain.js";
import { GreeterRequest } from "../../gen/plain_dividere.js";
import { ShopReactor, ShopRequest, textsOf } from "../stream/shop.js";
import { Greeter, soon } from "./greeter.js";

describe("several services on one reactor", () => {
  test("are told apart by the rpc, though they take the same message", async () => {
    const [greeter, shop] = [new Greeter(), new ShopReactor()];
    await using server = new Reactors({ serve: "tcp://127.0.0.1:*" }, [greeter, shop]);
    await using greet = new GreeterRequest(server.endpoints);
    await using buy = new ShopRequest(server.endpoints);
    assert.equal((await greet.reverse({ field1: "abc" }, soon)).field1, "abc");
    assert.equal((await buy.ask({ field1: "abc" }, soon)).field1, "abc");
    assert.deepEqual(await textsOf(buy.list({ field1: "2" })), ["1", "2"]);
    await server.stop();
    assert.equal(greeter.closed, true);
    await Promise.all([greeter.stopped, shop.stopped]);
  });

  test("refuse a plain request that could be for several, with the reason", async () => {
    const services = [new Greeter(), new ShopReactor()];
    await using server = new Reactors({ serve: "tcp://127.0.0.1:*" }, services);
    await using extended = new (class extends GreeterRequest {
      plain() {
        return this.call(Msg01, Msg01, { field1: "?" }, soon);
      }
    })(server.endpoints);
    await assert.rejects(extended.plain(), {
      status: "INVALID_ARGUMENT",
      message: /A Msg01 could be for .*Reverse, shop\.Shop\/Ask.*default: true/,
    });
    await using plain = new Dealer(server.endpoints, [Msg01, Msg02]);
    await plain.sendWithEmptyFrame({ field1: "?" }, Msg01);
    await assert.rejects(plain.recv({ timeoutMs: 10_000 }), { code: "UNKNOWN_MESSAGE_TYPE" });
  });

  test("get the errors of their own handlers", async () => {
    class Failing extends ShopReactor {
      override handleAsk(): Msg02 {
        throw new Error("out of tea");
      }
    }
    const [greeter, shop] = [new Greeter(), new Failing()];
    await using server = new Reactors({ serve: "tcp://127.0.0.1:*" }, [greeter, shop]);
    await using buy = new ShopRequest(server.endpoints);
    await assert.rejects(buy.ask({}, soon), { status: "HANDLER_FAILED" });
    assert.deepEqual(
      shop.errors.map(({ message }) => message),
      ["out of tea"],
    );
    assert.deepEqual(greeter.errors, []);
  });

  test("are refused with links of their own, and twice", async () => {
    await using open = new ShopReactor({ serve: "tcp://127.0.0.1:*" });
    assert.throws(() => new Reactors({ serve: "tcp://127.0.0.1:*" }, [open]), {
      code: "OPTION_INVALID",
      message: /ShopReactor has links of its own/,
    });
    const twice = [new ShopReactor(), new ShopReactor()];
    assert.throws(() => new Reactors({ serve: "tcp://127.0.0.1:*" }, twice), {
      code: "OPTION_INVALID",
      message: /both serve shop\.Shop\/Ask/,
    });
    for (const reactor of twice) reactor.close();
  });

  test("interceptors stand around the handlers of all", async () => {
    const paths: string[] = [];
    await using server = new Reactors({ serve: "tcp://127.0.0.1:*" }, [new ShopReactor()], {
      interceptors: [
        (next) => (call) => {
          paths.push(call.rpc.path);
          if (call.headers.get("token") !== "open sesame")
            throw new RequestError("UNAUTHENTICATED", "no token");
          return next(call);
        },
      ],
    });
    await using buy = new ShopRequest(server.endpoints);
    await assert.rejects(buy.ask({}, soon), { status: "UNAUTHENTICATED" });
    const headers = { token: "open sesame" };
    await buy.ask({}, { ...soon, headers });
    assert.deepEqual(await textsOf(buy.list({ field1: "1" }, { headers })), ["1"]);
    await assert.rejects(textsOf(buy.list({ field1: "1" })), { status: "UNAUTHENTICATED" });
    assert.deepEqual(paths, ["shop.Shop/Ask", "shop.Shop/Ask", "shop.Shop/List", "shop.Shop/List"]);
  });
});
