import assert from "node:assert/strict";
import { test } from "node:test";
import { Dealer, Router } from "dividere/connection";
import fc from "fast-check";

const soon = { timeoutMs: 10_000 };
const frame = fc.uint8Array({ maxLength: 300 });
const routed = fc.record({ route: fc.array(frame, { maxLength: 6 }), message: frame });

const asBuffers = ({ route, message }: { route: readonly Uint8Array[]; message: Uint8Array }) => ({
  route: route.map((each) => Buffer.from(each)),
  message: Buffer.from(message),
});

test("a route and its message arrive as they were sent, whatever their frames hold", async () => {
  await using one = new Dealer("tcp://127.0.0.1:*");
  await using two = new Dealer(one.endpoints);
  await fc.assert(
    fc.asyncProperty(routed, async (sent) => {
      await two.send(sent);
      assert.deepEqual(asBuffers(await one.recv(soon)), asBuffers(sent));
    }),
    { numRuns: 300 },
  );
});

test("an answer by the route of a request reaches its sender alone, without the router's part", async () => {
  await using router = new Router("tcp://127.0.0.1:*");
  await using one = new Dealer(router.endpoints);
  await using two = new Dealer(router.endpoints);
  await fc.assert(
    fc.asyncProperty(routed, frame, async (sent, answer) => {
      await one.send(sent);
      await two.send(Buffer.from("another"));
      const requests = [await router.recv(soon), await router.recv(soon)];
      for (const { route } of requests) {
        const mine = route.length === sent.route.length + 1;
        await router.send({ route, message: mine ? answer : Buffer.from("other") });
      }
      if (sent.route.length === 0) {
        await one.recv(soon);
      } else {
        const expected = { route: sent.route, message: answer };
        assert.deepEqual(asBuffers(await one.recv(soon)), asBuffers(expected));
      }
      await two.recv(soon);
      assert.deepEqual(
        [one.stats.received, two.stats.received],
        [router.stats.sent / 2, router.stats.sent / 2],
      );
    }),
    { numRuns: 150 },
  );
});
