import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Router as ByteRouter } from "dividere/connection";
import { MpMsgReactor, Router } from "dividere/messaging";
import { Msg01, type Scalars } from "../../gen/plain.js";
import { GreeterReactor, GreeterRequest } from "../../gen/plain_dividere.js";
import { freePort } from "../../support/ports.js";

class Echo extends GreeterReactor {
  handleMsg01(msg: Msg01): Msg01 {
    return msg;
  }
  handleScalars(msg: Scalars): Scalars {
    return msg;
  }
  handleMsg02(): void {}
  handleTelegram(): void {}
}

const soon = { timeoutMs: 10_000 };

describe("the option serve", () => {
  test("binds an endpoint without a star", async () => {
    const serve = `tcp://127.0.0.1:${await freePort()}`;
    await using _reactor = new Echo({ serve });
    await using greeter = new GreeterRequest(serve);
    assert.equal((await greeter.reverse({ field1: "here" }, soon)).field1, "here");
    assert.throws(() => new Echo({ serve }), { code: "ADDRESS_IN_USE", endpoint: serve });
  });

  test("binds inproc, whichever side comes first", async () => {
    const serve = "inproc://endpoints-test";
    await using greeter = new GreeterRequest(serve);
    await using _reactor = new Echo({ serve });
    assert.equal((await greeter.reverse({ field1: "inside" }, soon)).field1, "inside");
  });

  test("connects where it begins with >", async () => {
    await using router = new ByteRouter("tcp://127.0.0.1:*");
    const connected = new Promise<void>((resolve) => {
      router.onStatus((event) => {
        if (event.type === "connected") resolve();
      });
    });
    await using reactor = new Echo({ serve: `>${router.endpoints[0]}` });
    await connected;
    assert.deepEqual(reactor.endpoints, router.endpoints);
  });

  test("binds for worker processes too", async () => {
    const serve = `tcp://127.0.0.1:${await freePort()}`;
    await using _taken = new ByteRouter(serve, {}, "bind");
    assert.throws(() => new MpMsgReactor(new URL("none.js", import.meta.url), { serve }), {
      code: "ADDRESS_IN_USE",
    });
  });
});

describe("the endpoint of a client", () => {
  test("is refused with a star, and the message names the remedy", () => {
    assert.throws(() => new GreeterRequest("tcp://*:5555"), {
      code: "ENDPOINT_INVALID",
      endpoint: "tcp://*:5555",
      message:
        'Endpoint "tcp://*:5555" has no host to connect to: "*" is for a socket that binds; write "tcp://localhost:5555" to connect, or "@tcp://*:5555" to bind',
    });
    assert.throws(() => new GreeterRequest("tcp://localhost:*"), {
      code: "ENDPOINT_INVALID",
      message: /has no port to connect to: .*write "tcp:\/\/localhost:5555" to connect/,
    });
    assert.throws(() => new GreeterRequest("ipc://*"), { code: "ENDPOINT_INVALID" });
  });

  test("binds where it begins with @", async () => {
    await using greeter = new GreeterRequest("@tcp://127.0.0.1:*");
    await using router = new Router(greeter.endpoints, [Msg01]);
    const answer = greeter.reverse({ field1: "in" }, soon);
    await router.sendRouted(await router.recv(soon));
    assert.equal((await answer).field1, "in");
  });
});
