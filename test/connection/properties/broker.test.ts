import assert from "node:assert/strict";
import { test } from "node:test";
import { Dealer, LoadBalancing } from "dividere/connection";
import fc from "fast-check";
import { until } from "../../support/until.js";

const local = "tcp://127.0.0.1:*";
const soon = { timeoutMs: 10_000 };

test("a broker accounts for each request: answered once, or overflowed", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(8),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 20 }),
      fc.nat(10),
      async (queueLimit, workerCount, early, late) => {
        await using broker = new LoadBalancing.Broker(local, local, { queueLimit });
        await using client = new Dealer(broker.frontendEndpoints);
        const route = [Buffer.from("a call"), Buffer.alloc(0)];
        for (let each = 0; each < early; each++)
          await client.send({ route, message: Buffer.from([each]) });
        const overflowed = Math.max(0, early - queueLimit);
        await until(
          () => broker.queued + broker.counters.overflowed === early,
          "the requests that come before a worker",
        );
        assert.equal(broker.counters.overflowed, overflowed);
        const work = (request: Uint8Array): Uint8Array => request;
        const workers = Array.from(
          { length: workerCount },
          () => new LoadBalancing.Worker(broker.backendEndpoints[0] ?? "", work),
        );
        await broker.waitForWorkers(workerCount, soon);
        const got: number[] = [];
        for (let each = overflowed; each < early; each++)
          got.push(...(await client.recv(soon)).message);
        for (let each = 0; each < late; each++) {
          await client.send({ route, message: Buffer.from([100 + each]) });
          got.push(...(await client.recv(soon)).message);
        }
        const taken = Math.min(early, queueLimit);
        const expected = [
          ...Array.from({ length: taken }, (_, each) => each),
          ...Array.from({ length: late }, (_, each) => 100 + each),
        ];
        assert.deepEqual(
          got.toSorted((a, b) => a - b),
          expected,
        );
        assert.deepEqual(broker.counters, {
          forwarded: taken + late,
          answered: taken + late,
          overflowed,
          expired: 0,
          malformed: 0,
          undeliverable: 0,
          workersLost: 0,
        });
        await Promise.all(workers.map((each) => each.stop()));
      },
    ),
    { numRuns: 25 },
  );
});
