import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { Dealer, Publisher, Request, Response, Router, Subscriber } from "dividere/connection";

const soon = { timeoutMs: 10_000 };
const bytes = (text: string): Uint8Array => Buffer.from(text);

describe("recv", () => {
  test("gives up after timeoutMs, and the message that comes later goes to the next call", async () => {
    await using left = new Dealer("tcp://127.0.0.1:*");
    await using right = new Dealer(left.endpoints);
    await assert.rejects(left.recv({ timeoutMs: 1 }), {
      code: "TIMEOUT",
      message: /^Timed out after 1 ms without a message from tcp:\/\/127\.0\.0\.1/,
    });
    await right.send(bytes("late"));
    assert.equal(String((await left.recv(soon)).message), "late");
  });

  test("rejects with the signal's reason, before and while it waits", async () => {
    await using dealer = new Dealer("tcp://127.0.0.1:*");
    const reason = new Error("changed my mind");
    await assert.rejects(dealer.recv({ signal: AbortSignal.abort(reason) }), reason);
    const controller = new AbortController();
    const waiting = dealer.recv({ signal: controller.signal });
    controller.abort(reason);
    await assert.rejects(waiting, reason);
  });

  test("has any number of calls wait with one signal, and lets go of it", async () => {
    await using dealer = new Dealer("tcp://127.0.0.1:*");
    const controller = new AbortController();
    const warnings: Error[] = [];
    const warn = (warning: Error): void => void warnings.push(warning);
    process.on("warning", warn);
    const reason = new Error("no more");
    const waiting = Array.from({ length: 50 }, () => dealer.recv({ signal: controller.signal }));
    controller.abort(reason);
    await Promise.all(waiting.map((each) => assert.rejects(each, reason)));
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", warn);
    assert.deepEqual(warnings, []);
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
  });

  test("may overlap: calls are served in their order", async () => {
    await using left = new Dealer("tcp://127.0.0.1:*");
    await using right = new Dealer(left.endpoints);
    const waiting = [left.recv(soon), left.recv(soon), left.recv(soon)];
    await Promise.all(["1", "2", "3"].map((text) => right.send(bytes(text))));
    const got = (await Promise.all(waiting)).map(({ message }) => String(message));
    assert.deepEqual(got, ["1", "2", "3"]);
  });

  test("skips a call that has given up", async () => {
    await using left = new Dealer("tcp://127.0.0.1:*");
    await using right = new Dealer(left.endpoints);
    const controller = new AbortController();
    const first = left.recv({ signal: controller.signal });
    const second = left.recv(soon);
    controller.abort();
    await assert.rejects(first, { name: "AbortError" });
    await right.send(bytes("for the second"));
    assert.equal(String((await second).message), "for the second");
  });

  test("fails with CLOSED when the link closes, and after that", async () => {
    const dealer = new Dealer("tcp://127.0.0.1:*");
    const waiting = dealer.recv();
    const peeking = dealer.wait();
    dealer.close();
    dealer.close();
    await assert.rejects(waiting, { code: "CLOSED" });
    await assert.rejects(peeking, { code: "CLOSED" });
    await assert.rejects(dealer.recv(), { code: "CLOSED" });
    await assert.rejects(dealer.wait(1), { code: "CLOSED" });
    await assert.rejects(dealer.send(bytes("x")), { code: "CLOSED" });
  });
});

describe("wait", () => {
  test("is false when nothing comes, and true for as long as a message is there", async () => {
    await using left = new Dealer("tcp://127.0.0.1:*");
    await using right = new Dealer(left.endpoints);
    assert.equal(await left.wait(1), false);
    await right.send(bytes("here"));
    assert.equal(await left.wait(10_000), true);
    assert.equal(await left.wait(0), true);
    assert.equal(String((await left.recv()).message), "here");
    assert.equal(await left.wait(1), false);
  });
});

describe("for await", () => {
  test("gives the messages in order, and leaving it keeps the link open", async () => {
    await using left = new Dealer("tcp://127.0.0.1:*");
    await using right = new Dealer(left.endpoints);
    for (const text of ["a", "b", "c"]) await right.send(bytes(text));
    const got: string[] = [];
    for await (const { message } of left) {
      got.push(String(message));
      if (got.length === 2) break;
    }
    for await (const { message } of left) {
      got.push(String(message));
      break;
    }
    assert.deepEqual(got, ["a", "b", "c"]);
  });

  test("ends when the link is closed", async () => {
    const dealer = new Dealer("tcp://127.0.0.1:*");
    const loop = (async () => {
      for await (const _ of dealer) assert.fail("nothing was sent");
    })();
    dealer.close();
    await loop;
  });

  test("refuses a second reader, and lets it in once the first has left", async () => {
    await using dealer = new Dealer("tcp://127.0.0.1:*");
    const first = dealer[Symbol.asyncIterator]();
    const pending = first.next();
    await assert.rejects(dealer[Symbol.asyncIterator]().next(), { code: "READER_BUSY" });
    await using peer = new Dealer(dealer.endpoints);
    await peer.send(bytes("1"));
    await pending;
    await first.return();
    await peer.send(bytes("2"));
    const second = await dealer[Symbol.asyncIterator]().next();
    assert.equal(String(second.value?.message), "2");
  });
});

describe("request and response", () => {
  test("take turns, and say which one was expected", async () => {
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
  test("answers each peer by its route, and names one that is not there", async () => {
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
    test(`does as ${whenFull} says when the queue before the socket is full`, async () => {
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

describe("publisher", () => {
  test("counts the subscriptions that match a topic, until they end", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*");
    await using all = new Subscriber(publisher.endpoints);
    const some = new Subscriber(publisher.endpoints, { topics: ["news.", "weather."] });
    await publisher.waitForSubscribers(3, soon);
    assert.equal(publisher.subscriptionCount(), 3);
    assert.equal(publisher.subscriptionCount("news.today"), 2);
    assert.equal(publisher.subscriptionCount("sport."), 1);
    await publisher.send(bytes("news.today"));
    assert.equal(String(await some.recv(soon)), "news.today");
    all.unsubscribe("");
    all.subscribe("sport.");
    all.subscribe("sport.tennis");
    await publisher.waitForSubscribers(2, { ...soon, topic: "sport.tennis" });
    assert.equal(publisher.subscriptionCount("news."), 1);
  });

  test("says how many subscriptions there are when waiting for more times out", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*");
    await assert.rejects(publisher.waitForSubscribers(2, { timeoutMs: 1 }), {
      code: "TIMEOUT",
      message: /waited for 2 subscriptions; it has 0/,
    });
    const waiting = publisher.waitForSubscribers(1);
    publisher.close();
    await assert.rejects(waiting, { code: "CLOSED" });
  });
});

describe("status events", () => {
  test("tell of peers that come and go", async () => {
    await using left = new Dealer("tcp://127.0.0.1:*");
    const seen: string[] = [];
    const gone = new Promise<void>((resolve) => {
      left.onStatus((event) => {
        seen.push(event.type);
        if (event.type === "disconnected") resolve();
      });
    });
    const right = new Dealer(left.endpoints);
    await right.send(bytes("x"));
    await left.recv(soon);
    right.close();
    await gone;
    assert.deepEqual(seen, ["accepted", "connected", "disconnected"]);
  });

  test("are not told to a listener that was taken off", async () => {
    await using left = new Dealer("tcp://127.0.0.1:*");
    left.onStatus(() => assert.fail("was taken off"))();
    await using right = new Dealer(left.endpoints);
    await right.send(bytes("x"));
    await left.recv(soon);
  });
});
