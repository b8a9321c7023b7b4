// Servers that end, freeze or come back.
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { Scenario } from "../harness/scenario.js";
import { quick } from "../harness/stage.js";

export const peers: readonly Scenario[] = [
  {
    done: "server killed with 200 calls in flight (deadline 10 s)",
    must: "they end with `UNAVAILABLE` and none waits for its deadline",
    async play(stage) {
      const server = await stage.start("server", { concurrency: 1_000 });
      const client = await stage.client(server.endpoints);
      const calls = stage.load(client, { count: 200, text: "never", timeoutMs: 10_000 });
      await server.until(({ begun }) => begun === 200, "200 requests");
      await server.kill();
      assert.equal((await calls).of("UNAVAILABLE"), 200);
      return "each call was refused";
    },
  },
  {
    done: "server killed with 200 calls in flight and started again on its port",
    must: "the client connects again, and the next 100 calls are answered",
    async play(stage) {
      const server = await stage.start("server");
      const client = await stage.client(server.endpoints);
      const calls = stage.load(client, { count: 200, text: "never", timeoutMs: 10_000 });
      await server.until(({ begun }) => begun >= 100, "100 requests");
      await server.kill();
      await calls;
      await stage.start("server", { endpoint: `@${server.endpoint}` });
      const next = await stage.load(client, { count: 100, timeoutMs: 10_000 });
      assert.equal(next.of("OK"), 100);
      return "100 of 100 next calls answered";
    },
  },
  {
    done: "two servers, one killed, 100 calls in flight",
    must: "the calls of the dead one end with `UNAVAILABLE`, the next 100 are answered by the other",
    async play(stage) {
      const one = await stage.start("server", { concurrency: 1_000 });
      const two = await stage.start("server", { concurrency: 1_000 });
      const client = await stage.client([one.endpoint, two.endpoint]);
      const calls = stage.load(client, { count: 100, text: "never", timeoutMs: 3_000 });
      await one.until(({ begun }) => begun === 50, "50 requests");
      await one.kill();
      await stage.noticed();
      const next = await stage.load(client, { count: 100, timeoutMs: 10_000 });
      assert.equal(next.of("OK"), 100);
      assert.equal((await calls).of("UNAVAILABLE"), 50);
      return "100 of 100 next calls answered; the other 50 had a handler without an answer";
    },
  },
  {
    done: "two servers, one killed, 100 calls in flight that may be repeated",
    must: "the calls of the dead server go to the other; all are answered",
    async play(stage) {
      const one = await stage.start("server");
      const two = await stage.start("server");
      const client = await stage.client([one.endpoint, two.endpoint]);
      one.signal("SIGSTOP");
      const load = { count: 100, timeoutMs: 20_000, repeatable: true };
      const calls = stage.load(client, load);
      await two.until(({ begun }) => begun === 50, "50 requests");
      await one.kill();
      assert.equal((await calls).of("OK"), 100);
      return "100 of 100 answered";
    },
  },
  {
    done: "two servers, one frozen (SIGSTOP) and continued, 200 calls in each phase",
    must: "heartbeats notice; from then on no call goes to it, until it answers again",
    async play(stage) {
      const one = await stage.start("server");
      const two = await stage.start("server");
      const client = await stage.client([one.endpoint, two.endpoint], quick);
      one.signal("SIGSTOP");
      await stage.load(client, { count: 20, timeoutMs: 10_000 });
      await stage.noticed();
      const frozen = await stage.load(client, { count: 200, timeoutMs: 10_000 });
      assert.equal(frozen.of("OK"), 200);
      one.signal("SIGCONT");
      const before = (await one.stats()).begun;
      let after = before;
      for (; after === before; after = (await one.stats()).begun)
        await stage.load(client, { count: 10, timeoutMs: 10_000 });
      return "200 of 200 answered while one was frozen; it took calls again after that";
    },
  },
  {
    done: "server frozen under 200 calls/s with deadlines of 0.3 s, without heartbeats",
    must: "when it continues, it carries out no request past its deadline",
    async play(stage, { long }) {
      const server = await stage.start("server");
      const client = await stage.client(server.endpoints, { heartbeat: false });
      // From requests that were not held up the server learns how its clock and the client's differ.
      await stage.load(client, { count: 20, timeoutMs: 10_000 });
      server.signal("SIGSTOP");
      const load = { count: long ? 600 : 100, perSecond: 200, timeoutMs: 300 };
      await stage.load(client, load);
      server.signal("SIGCONT");
      await stage.untilAnswered(client);
      const { late } = await server.stats();
      assert.equal(late, 0, `${late} requests were carried out after their deadlines`);
      return "none was carried out late";
    },
  },
  {
    done: "client killed with 500 calls in flight",
    must: "one line in the server's log, with a count; the next client is served",
    async play(stage, { long }) {
      const server = await stage.start("server", { concurrency: 1_000 });
      const times = long ? 5 : 1;
      for (let time = 1; time <= times; time++) {
        const options = { endpoint: server.endpoint, count: 500, text: "wait" };
        const other = await stage.start("client", options);
        const { begun } = await server.stats();
        await other.act();
        await server.until((stats) => stats.begun > begun, "a request");
        await other.kill();
      }
      const client = await stage.client(server.endpoints);
      assert.equal((await stage.load(client, { count: 100, timeoutMs: 10_000 })).of("OK"), 100);
      // The log has its line a second after the first answer that was lost.
      await delay(1_500);
      const { logged } = await server.stats();
      const lines = Object.values(logged).reduce((sum, count) => sum + count, 0);
      assert.ok(lines <= times, `the log has ${lines} lines: ${JSON.stringify(logged)}`);
      return `the log has ${lines === 1 ? "one line" : `${lines} lines`} for ${times} clients`;
    },
  },
];
