import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dealer, Request, Response, Router } from "dividere/connection";

const soon = { timeoutMs: 10_000 };

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe("request and response", () => {
  test("take turns, and name the expected call", async () => {
    await using response = new Response("tcp://127.0.0.1:*");
    await using request = new Request(response.endpoints);
    const requestFirst = {
      code: "OUT_OF_ORDER",
      message: /recv\(\) was called where send\(\) was expected/,
    };
    const sendFirst = {
      code: "OUT_OF_ORDER",
      message: /send\(\) was called where recv\(\) was expected/,
    };
    await assert.rejects(request.recv(), requestFirst);
    await assert.rejects(response.send(bytes("?")), sendFirst);
    await request.send(bytes("question"));
    await assert.rejects(request.send(bytes("another")), sendFirst);
    assert.equal(String(await response.recv(soon)), "question");
    await assert.rejects(response.recv(), requestFirst);
    await response.send(bytes("answer"));
    assert.equal(String(await request.recv(soon)), "answer");
  });

  test("go on after a receive that timed out", async () => {
    await using response = new Response("tcp://127.0.0.1:*");
    await using request = new Request(response.endpoints);
    await request.send(bytes("question"));
    await assert.rejects(request.recv({ timeoutMs: 1 }), { code: "TIMEOUT" });
    await response.recv(soon);
    await response.send(bytes("answer"));
    assert.equal(String(await request.recv(soon)), "answer");
  });

  test("a receive that waits while the answer is on its way is served by the next request", async () => {
    await using response = new Response("tcp://127.0.0.1:*");
    await using request = new Request(response.endpoints);
    const both = [response.recv(soon), response.recv(soon)];
    for (const text of ["one", "two"]) {
      await request.send(bytes(text));
      assert.equal(String(await both.shift()), text);
      await response.send(bytes("done"));
      await request.recv(soon);
    }
  });

  test("a message waits for a peer, and can be given up before", async () => {
    await using left = new Dealer("tcp://127.0.0.1:*");
    await assert.rejects(left.send(bytes("early"), { timeoutMs: 1 }), {
      code: "TIMEOUT",
      message: /no peer is connected there/,
    });
    const sent = left.send(bytes("patient"), soon);
    await using right = new Dealer(left.endpoints);
    await sent;
    assert.equal(String((await right.recv(soon)).message), "patient");
  });
});

describe("router", () => {
  test("answers each peer by its route, and names a missing peer", async () => {
    await using router = new Router("tcp://127.0.0.1:*");
    await using one = new Dealer(router.endpoints, { identity: "one" });
    await using two = new Request(router.endpoints);
    await one.send(bytes("from one"));
    await two.send(bytes("from two"));
    for (let answered = 0; answered < 2; answered++) {
      const { route, message } = await router.recv(soon);
      await router.send({ route, message: bytes(`to ${String(message).slice(5)}`) });
    }
    assert.equal(String((await one.recv(soon)).message), "to one");
    assert.equal(String(await two.recv(soon)), "to two");
    const nobody = { route: [bytes("nobody")], message: bytes("?") };
    await assert.rejects(router.send(nobody), { code: "PEER_UNREACHABLE" });
  });

  test("fails at once for a peer that does not read, and goes on with the others", async () => {
    await using router = new Router("tcp://127.0.0.1:*", { sendHighWaterMark: 1 });
    await using deaf = new Dealer(router.endpoints, { identity: "deaf", receiveHighWaterMark: 1 });
    await using other = new Dealer(router.endpoints, { identity: "other" });
    await deaf.send(bytes("hello"));
    await other.send(bytes("hello"));
    await router.recv(soon);
    await router.recv(soon);
    const large = new Uint8Array(1 << 20);
    await assert.rejects(
      async () => {
        for (;;) await router.send({ route: [bytes("deaf")], message: large });
      },
      { code: "PEER_BUSY" },
    );
    await router.send({ route: [bytes("other")], message: bytes("unharmed") });
    assert.equal(String((await other.recv(soon)).message), "unharmed");
  });
});

describe("send", () => {
  test("keeps the order of overlapping calls", async () => {
    await using left = new Dealer("tcp://127.0.0.1:*");
    await using right = new Dealer(left.endpoints);
    const count = 1_500;
    const sends = Array.from({ length: count }, (_, index) => right.send(bytes(String(index))));
    for (let index = 0; index < count; index++) {
      assert.equal(String((await left.recv(soon)).message), String(index));
    }
    await Promise.all(sends);
  });

  for (const whenFull of ["reject", "drop-newest", "drop-oldest"] as const) {
    test(`follows whenFull: ${whenFull} when the queue before the socket is full`, async () => {
      await using right = new Dealer("tcp://127.0.0.1:*", { sendQueueLimit: 2, whenFull });
      const texts = ["a", "b", "c", "d", "e"];
      // With a time-out of its own a send waits in the queue and not in the socket.
      const sends = texts.map((text) => right.send(bytes(text), soon));
      const outcomes = Promise.allSettled(sends);
      await using later = new Dealer(right.endpoints);
      const failed = (await outcomes).filter(({ status }) => status === "rejected");
      const expected = { reject: ["a", "b"], "drop-newest": ["a", "b"], "drop-oldest": ["d", "e"] };
      for (const text of expected[whenFull]) {
        assert.equal(String((await later.recv(soon)).message), text);
      }
      assert.equal(right.dropped, whenFull === "reject" ? 0 : 3);
      assert.equal(failed.length, whenFull === "reject" ? 3 : 0);
      for (const each of failed) {
        assert.ok(each.status === "rejected");
        assert.equal(each.reason.code, "QUEUE_FULL");
      }
    });
  }
});
