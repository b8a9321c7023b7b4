import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as connection from "dividere/connection";
import { EnvelopeEncoder, RequestError, Router, readEnvelope } from "dividere/messaging";
import { Msg01, Msg02, type Scalars } from "../../gen/plain.js";
import { GreeterReactor, GreeterRequest } from "../../gen/plain_dividere.js";
import { freePort } from "../../support/ports.js";

const soon = { timeoutMs: 10_000 };

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

describe("a request client", () => {
  test("matches the answers to many requests in flight, in any order", async () => {
    await using router = new Router("tcp://127.0.0.1:*", [Msg01]);
    await using greeter = new GreeterRequest(router.endpoints);
    const calls = ["a", "b", "c"].map((field1) => greeter.reverse({ field1 }, soon));
    const asked = [await router.recv(soon), await router.recv(soon), await router.recv(soon)];
    for (const each of asked.reverse()) {
      const answer = Msg01.create({ field1: each.message.field1.toUpperCase() });
      await router.sendRouted({ route: each.route, message: answer });
    }
    const answers = await Promise.all(calls);
    assert.deepEqual(
      answers.map(({ field1 }) => field1),
      ["A", "B", "C"],
    );
  });

  test("reports that no server is connected, and takes the request back", async () => {
    const port = await freePort();
    await using greeter = new GreeterRequest(`tcp://127.0.0.1:${port}`);
    await assert.rejects(greeter.reverse({ field1: "nobody hears" }, { timeoutMs: 1 }), {
      code: "TIMEOUT",
      message: `Timed out after 1 ms before Msg01 could be sent: no server is connected at tcp://127.0.0.1:${port}; is the server running, and does it bind that endpoint?`,
    });
    const later = greeter.reverse({ field1: "somebody hears" }, soon);
    await using router = new Router(
      `tcp://127.0.0.1:*`.replace("*", `${port}`).replace("tcp", "@tcp"),
      [Msg01],
    );
    const first = await router.recv(soon);
    assert.equal(first.message.field1, "somebody hears");
    await router.sendRouted(first);
    await later;
  });

  test("reports that the server did not answer, and drops a late answer", async () => {
    await using router = new Router("tcp://127.0.0.1:*", [Msg01]);
    await using greeter = new GreeterRequest(router.endpoints);
    const controller = new AbortController();
    const given = greeter.reverse({ field1: "too late" }, { ...soon, signal: controller.signal });
    const late = await router.recv(soon);
    controller.abort();
    await assert.rejects(given, { name: "AbortError" });
    await router.sendRouted(late);
    const next = greeter.reverse({ field1: "in time" }, soon);
    await router.sendRouted(await router.recv(soon));
    assert.deepEqual(await next, Msg01.create({ field1: "in time" }));
    await assert.rejects(greeter.reverse({ field1: "unanswered" }, { timeoutMs: 50 }), {
      code: "TIMEOUT",
      message: /^Timed out after 50 ms without an answer to Msg01 from tcp:/,
    });
  });

  test("sends the server its time-out, and no other field that a plain peer does not know", async () => {
    await using raw = new connection.Router("tcp://127.0.0.1:*");
    await using greeter = new GreeterRequest(raw.endpoints, { timeoutMs: 5_000 });
    const calls = [
      greeter.reverse({ field1: "x" }),
      greeter.reverse({ field1: "x" }, { timeoutMs: 1_234.5 }),
      greeter.reverse({ field1: "x" }, { timeoutMs: Number.POSITIVE_INFINITY }),
    ];
    const timeouts: (number | undefined)[] = [];
    for (const _ of calls) {
      const { route, message } = await raw.recv(soon);
      timeouts.push(readEnvelope(message).timeoutMs);
      await raw.send({ route, message: new EnvelopeEncoder([Msg01]).encode({ field1: "y" }) });
    }
    assert.deepEqual(timeouts, [5_000, 1_235, 0]);
    await Promise.all(calls);
  });

  test("fails on an answer that is not the response, and goes on", async () => {
    await using router = new Router("tcp://127.0.0.1:*", [Msg01, Msg02]);
    await using greeter = new GreeterRequest(router.endpoints);
    const call = greeter.reverse({ field1: "x" }, soon);
    const { route } = await router.recv(soon);
    await router.sendRouted({ route, message: Msg02.create() });
    await assert.rejects(call, { code: "UNKNOWN_MESSAGE_TYPE", typeName: "Msg02" });
    const next = greeter.reverse({ field1: "x" }, soon);
    const again = await router.recv(soon);
    await router.sendRouted({ route: again.route, message: again.message });
    await next;
  });

  test("counts the replies that come too late, twice, or to no call at all", async () => {
    await using router = new Router("tcp://127.0.0.1:*", [Msg01]);
    await using greeter = new GreeterRequest(router.endpoints);
    assert.equal(greeter.unwantedReplies, 0);
    const controller = new AbortController();
    const given = greeter.reverse({ field1: "given up" }, { signal: controller.signal });
    const late = await router.recv(soon);
    controller.abort(new Error("enough"));
    await assert.rejects(given, { message: "enough" });
    await router.sendRouted(late);
    const [identity = new Uint8Array()] = late.route;
    const unknown = {
      route: [identity, Buffer.from("?"), new Uint8Array()],
      message: late.message,
    };
    await router.sendRouted(unknown);
    const twice = greeter.reverse({ field1: "twice" }, soon);
    const asked = await router.recv(soon);
    await router.sendRouted(asked);
    await router.sendRouted(asked);
    assert.equal((await twice).field1, "twice");
    // The client reads while a call waits, and answers come in their order.
    const last = greeter.reverse({ field1: "last" }, soon);
    await router.sendRouted(await router.recv(soon));
    assert.equal((await last).field1, "last");
    assert.equal(greeter.unwantedReplies, 3);
  });

  test("fails calls in flight with CLOSED when it closes, and later ones too", async () => {
    await using router = new Router("tcp://127.0.0.1:*", [Msg01]);
    const greeter = new GreeterRequest(router.endpoints);
    const call = greeter.reverse({ field1: "x" });
    greeter.close();
    greeter.close();
    await assert.rejects(call, { code: "CLOSED" });
    await assert.rejects(greeter.reverse({ field1: "x" }), { code: "CLOSED" });
  });

  test("asks several servers round robin", async () => {
    const served = [0, 0];
    class Counting extends Echo {
      readonly #index: number;
      constructor(index: number) {
        super({ serve: "tcp://127.0.0.1:*" });
        this.#index = index;
      }
      override handleMsg01(msg: Msg01): Msg01 {
        served[this.#index] = (served[this.#index] ?? 0) + 1;
        return msg;
      }
    }
    await using one = new Counting(0);
    await using two = new Counting(1);
    await using greeter = new GreeterRequest([...one.endpoints, ...two.endpoints]);
    // Once both are connected they take turns.
    while (served.some((count) => count === 0)) await greeter.reverse({ field1: "?" }, soon);
    served.fill(0);
    for (let call = 0; call < 10; call++) await greeter.reverse({ field1: "x" }, soon);
    assert.deepEqual(served, [5, 5]);
  });

  test("gets a handler's reason, and no details of unexpected errors", async () => {
    class Failing extends Echo {
      override handleMsg01(msg: Msg01): Msg01 {
        if (msg.field1 === "known") throw new RequestError("NOT_FOUND", "There is no such thing");
        throw new Error("password=secret");
      }
      override onError(error: Error): void {
        assert.match(error.message, /password/);
      }
    }
    await using reactor = new Failing({ serve: "tcp://127.0.0.1:*" });
    await using greeter = new GreeterRequest(reactor.endpoints);
    await assert.rejects(greeter.reverse({ field1: "known" }, soon), {
      name: "RequestError",
      code: "REQUEST_FAILED",
      status: "NOT_FOUND",
      message: "There is no such thing",
    });
    await assert.rejects(greeter.reverse({ field1: "unknown" }, soon), {
      status: "HANDLER_FAILED",
      message: /^(?!.*secret)/,
    });
  });
});
