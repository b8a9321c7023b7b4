import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DynamicClient, type DynamicRpc, Publisher, rawType, Subscriber } from "dividere/messaging";
import { Msg01, Msg02 } from "../../gen/plain.js";
import { soon } from "../reactor/greeter.js";
import { ShopReactor } from "../stream/shop.js";

const encode = (field1: string): Uint8Array => Msg01.encode({ field1 }).finish();
const textOf = (bytes: Uint8Array): string => Msg02.decode(bytes).field1;

function shopRpc(name: string): DynamicRpc {
  return { path: `shop.Shop/${name}`, request: rawType("Msg01"), response: rawType("Msg02") };
}

async function textsOf(stream: AsyncIterable<Uint8Array>): Promise<string[]> {
  const texts: string[] = [];
  for await (const bytes of stream) texts.push(textOf(bytes));
  return texts;
}

describe("a dynamic client", () => {
  test("calls all four kinds of rpcs with encoded messages", async () => {
    await using server = new ShopReactor({ serve: "tcp://127.0.0.1:*" });
    await using client = new DynamicClient(server.endpoints, soon);
    assert.equal(textOf(await client.unary(shopRpc("Ask"), encode("abc"))), "abc");
    assert.deepEqual(await textsOf(client.serverStream(shopRpc("List"), encode("3"))), [
      "1",
      "2",
      "3",
    ]);
    const total = await client.clientStream(shopRpc("Upload"), [encode("a"), encode("b")]);
    assert.equal(textOf(total), "a b");
    const chat = client.bidiStream(shopRpc("Chat"), [encode("x"), encode("y")]);
    assert.deepEqual(await textsOf(chat), ["X", "Y"]);
  });

  test("calls with a codec of the program's own", async () => {
    await using server = new ShopReactor({ serve: "tcp://127.0.0.1:*" });
    await using client = new DynamicClient(server.endpoints, soon);
    const ask = { path: "shop.Shop/Ask", request: Msg01, response: Msg02 };
    assert.equal((await client.unary(ask, { field1: "abc" })).field1, "abc");
    assert.equal((await client.unary(ask, {})).field1, "");
  });

  test("gets the server's reason for an rpc that it does not have", async () => {
    await using server = new ShopReactor({ serve: "tcp://127.0.0.1:*" });
    await using client = new DynamicClient(server.endpoints, soon);
    await assert.rejects(client.unary(shopRpc("Sell"), encode("")), { status: "UNIMPLEMENTED" });
    await assert.rejects(textsOf(client.serverStream(shopRpc("Ask"), encode(""))), {
      status: "UNIMPLEMENTED",
    });
  });

  test("refuses a message of a raw type that is not bytes", async () => {
    await using client = new DynamicClient("tcp://127.0.0.1:9");
    const message = { field1: "abc" } as unknown as Uint8Array;
    await assert.rejects(client.unary(shopRpc("Ask"), message), {
      code: "UNENCODABLE_MESSAGE",
      message: /a message of a raw type is a Uint8Array/,
    });
  });
});

test("events of raw types are published and received as their bytes", async () => {
  const type = rawType("Msg02");
  await using publisher = new Publisher("tcp://127.0.0.1:*", [type]);
  await using subscriber = new Subscriber(publisher.endpoints, [type]);
  await publisher.waitForSubscribers(1, soon);
  await publisher.send(encode("news"));
  assert.equal(textOf(await subscriber.recv(soon)), "news");
});
