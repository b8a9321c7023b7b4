import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { LoadBalancing, Response } from "dividere/messaging";
import { Msg01, Msg02 } from "../../gen/plain.js";
import { ShopReactor, ShopRequest, textsOf } from "./shop.js";

describe("streams where each frame is a request", () => {
  for (const [name, open] of [
    ["behind a load balancing broker", behindBroker],
    ["at a Response", atResponse],
  ] as const) {
    test(`${name} are refused with the reason, and requests go on`, async () => {
      await using served = await open();
      await using shop = new ShopRequest(served.endpoint);
      for (let time = 0; time < 3; time++) {
        const refused = { status: "UNIMPLEMENTED", message: /is a stream, and .* single requests/ };
        await assert.rejects(textsOf(shop.list({ field1: "3" })), refused);
        await assert.rejects(shop.upload([]), refused);
        await assert.rejects(textsOf(shop.chat([{ field1: "a" }])), refused);
        assert.equal((await shop.ask({ field1: "tea" }, { timeoutMs: 10_000 })).field1, "tea");
      }
    });
  }
});

test("a message of a stream that does not decode fails the handler's loop, and is named to the client", async () => {
  await using reactor = new ShopReactor({ serve: "tcp://127.0.0.1:*" });
  await using shop = new (class extends ShopRequest {
    uploadGarbage() {
      // A field of eight bytes, of which one is there.
      const request = { ...Msg01, encode: () => new BinaryWriter().raw(new Uint8Array([9, 1])) };
      const rpc = { path: "shop.Shop/Upload", kind: "clientStream", handler: "" } as const;
      return this.callClientStream({ ...rpc, request, response: Msg02 }, [{}]);
    }
  })(reactor.endpoints);
  await assert.rejects(shop.uploadGarbage(), {
    status: "MALFORMED_MESSAGE",
    message: /Msg01/,
  });
  assert.equal((await shop.upload([{ field1: "good" }])).field1, "good");
});

interface Served extends AsyncDisposable {
  readonly endpoint: string;
}

async function behindBroker(): Promise<Served> {
  const broker = new LoadBalancing.Broker("tcp://127.0.0.1:*", "tcp://127.0.0.1:*");
  const link = new LoadBalancing.ServerLink(broker.backendEndpoints[0] ?? "", [Msg01, Msg02]);
  const reactor = new ShopReactor(link);
  await link.waitForBroker({ timeoutMs: 10_000 });
  return {
    endpoint: broker.frontendEndpoints[0] ?? "",
    async [Symbol.asyncDispose]() {
      await reactor.stop();
      await broker.stop();
    },
  };
}

async function atResponse(): Promise<Served> {
  const reactor = new ShopReactor(new Response("tcp://127.0.0.1:*", [Msg01, Msg02]));
  return {
    endpoint: reactor.endpoints[0] ?? "",
    [Symbol.asyncDispose]: () => reactor[Symbol.asyncDispose](),
  };
}
