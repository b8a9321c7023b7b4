import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { Dealer, Publisher } from "dividere/connection";

const soon = { timeoutMs: 10_000 };

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe("timeoutMs", () => {
  for (const timeoutMs of [0, -5]) {
    test(`of ${timeoutMs} waits for nothing that is not there already`, async () => {
      await using left = new Dealer("tcp://127.0.0.1:*");
      await using right = new Dealer(left.endpoints);
      await assert.rejects(left.recv({ timeoutMs }), { code: "TIMEOUT" });
      assert.equal(await left.wait(timeoutMs), false);
      await right.send(bytes("there"));
      assert.equal(await left.wait(10_000), true);
      assert.equal(String((await left.recv({ timeoutMs })).message), "there");
      await using publisher = new Publisher("tcp://127.0.0.1:*");
      await assert.rejects(publisher.waitForSubscribers(1, { timeoutMs }), { code: "TIMEOUT" });
      await using lonely = new Dealer("tcp://127.0.0.1:*");
      await assert.rejects(lonely.send(bytes("x"), { timeoutMs }), { code: "TIMEOUT" });
    });
  }

  test("of NaN is refused by a call that has to wait", async () => {
    await using dealer = new Dealer("tcp://127.0.0.1:*");
    await using publisher = new Publisher("tcp://127.0.0.1:*");
    const options = { timeoutMs: Number.NaN };
    const refused = { code: "OPTION_INVALID", message: /timeoutMs is NaN/ };
    await assert.rejects(dealer.recv(options), refused);
    await assert.rejects(dealer.wait(Number.NaN), refused);
    await assert.rejects(dealer.send(bytes("x"), options), refused);
    await assert.rejects(publisher.waitForSubscribers(1, options), refused);
  });

  for (const timeoutMs of [1e12, Number.POSITIVE_INFINITY]) {
    test(`of ${timeoutMs} waits`, async () => {
      await using left = new Dealer("tcp://127.0.0.1:*");
      await using right = new Dealer(left.endpoints);
      const waiting = left.recv({ timeoutMs });
      await right.send(bytes("x"), { timeoutMs });
      assert.equal(String((await waiting).message), "x");
    });
  }
});

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

  test("supports any number of waiting calls with one signal, and removes its listeners", async () => {
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
