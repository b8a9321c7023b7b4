// Handlers that misbehave, and more work than a server has room for.
import assert from "node:assert/strict";
import type { RequestClientOptions } from "dividere/messaging";
import type { Scenario } from "../harness/scenario.js";
import { quick } from "../harness/stage.js";

/** A handler's fault, and the result of its calls; the next calls have to be answered. */
const handler = (
  does: string,
  text: string,
  result: string,
  { count = 20, options = {} }: { count?: number; options?: RequestClientOptions } = {},
): Scenario => ({
  done: `${count} call${count === 1 ? "" : "s"} whose handler ${does}`,
  must: `each ends with ${result === "OK" ? "an answer" : `\`${result}\``}; the next 60 calls are answered`,
  async play(stage) {
    const server = await stage.start("server");
    const client = await stage.client(server.endpoints, options);
    const bad = await stage.load(client, { count, text, timeoutMs: 20_000 });
    assert.equal(bad.of(result), count, `${bad.results} rather than ${result}`);
    const next = await stage.load(client, { count: 60, timeoutMs: 20_000 });
    assert.equal(next.of("OK"), 60, next.results);
    return "60 of 60 next calls answered";
  },
});

export const handlers: readonly Scenario[] = [
  handler("throws", "throw", "HANDLER_FAILED"),
  handler("answers twice", "twice", "OK"),
  handler("returns the wrong type", "wrong", "UNENCODABLE_MESSAGE"),
  handler("returns nothing", "nothing", "NO_REPLY"),
  handler("blocks the event loop for 1 s", "block", "OK", { count: 2, options: quick }),
  // libzmq hears no heartbeat while a message is on its way, so their time-out has to be longer than that.
  handler("returns 100 MiB", "huge", "OK", { count: 1 }),
  {
    done: "150 calls whose handler never returns, each given up after 0.8 s",
    must: "their slots are free and their signals have fired; the next 60 calls are answered",
    async play(stage) {
      const server = await stage.start("server");
      const client = await stage.client(server.endpoints);
      const given = await stage.load(client, { count: 150, text: "never", timeoutMs: 800 });
      assert.equal(given.of("TIMEOUT"), 150, given.results);
      const next = await stage.load(client, { count: 60, timeoutMs: 20_000 });
      assert.equal(next.of("OK"), 60, next.results);
      const { begun, aborted } = await server.until(
        (stats) => Number(stats["aborted"]) === stats.begun - 60,
        "the signals",
      );
      return `60 of 60 next calls answered; ${aborted} of ${begun - 60} signals fired`;
    },
  },
  {
    done: "20 calls whose handler throws, and an `onError` that throws",
    must: "the reactor goes on; the next 60 calls are answered",
    async play(stage) {
      const server = await stage.start("server", { throws: true });
      const client = await stage.client(server.endpoints);
      const bad = await stage.load(client, { count: 20, text: "throw", timeoutMs: 20_000 });
      assert.equal(bad.of("HANDLER_FAILED"), 20, bad.results);
      assert.equal((await stage.load(client, { count: 60, timeoutMs: 20_000 })).of("OK"), 60);
      return "60 of 60 next calls answered";
    },
  },
  {
    done: "the server's clock set one hour forward, 200 calls in hand or waiting",
    must: "each is answered: deadlines go by a clock that nobody sets",
    async play(stage) {
      const server = await stage.start("server", { concurrency: 5 });
      const client = await stage.client(server.endpoints);
      const calls = stage.load(client, { count: 200, text: "wait", timeoutMs: 30_000 });
      await server.until(({ begun }) => begun > 5, "the first requests");
      await server.act();
      assert.equal((await calls).of("OK"), 200);
      return "200 of 200 answered";
    },
  },
  {
    done: "`SIGTERM` while 10 handlers hang whose callers gave up",
    must: "the server ends with status 0",
    async play(stage) {
      const server = await stage.start("server", { stopTimeoutMs: 1_000 });
      const client = await stage.client(server.endpoints);
      await stage.load(client, { count: 10, text: "never", timeoutMs: 300 });
      server.signal("SIGTERM");
      await stage.noticed();
      server.endInput();
      assert.equal((await server.ended).status, 0);
      return "ended with status 0";
    },
  },
  {
    done: "one reactor with 5 slots on two routers, 500 calls to each",
    must: "both links are served; every call is answered",
    async play(stage) {
      const server = await stage.start("server", { routers: 2, concurrency: 5 });
      const [one = "", two = ""] = server.endpoints;
      // 200 turns of 20 ms, which take many times that where a machine is busy.
      const load = { count: 500, timeoutMs: 80_000, text: "wait" };
      const both = await Promise.all(
        [one, two].map(async (endpoint) => stage.load(await stage.client([endpoint]), load)),
      );
      assert.deepEqual(
        both.map((each) => each.of("OK")),
        [500, 500],
        both.map(({ results }) => results).join(" | "),
      );
      return "1,000 of 1,000 answered";
    },
  },
  {
    done: "overload: calls at once, 50,000 in the long form",
    must: "each waits for room within its deadline of 60 s and is answered",
    async play(stage, { long }) {
      const server = await stage.start("server");
      const client = await stage.client(server.endpoints);
      const count = long ? 50_000 : 10_000;
      const calls = await stage.load(client, { count, timeoutMs: 60_000 });
      assert.equal(calls.of("OK"), count, calls.results);
      return "all answered";
    },
  },
  {
    done: "overload with deadlines of 0.2 s at a server of 5 slots, 5,000 calls at once",
    must: "those that find no room in time end with `TIMEOUT`; none is carried out after its deadline",
    async play(stage) {
      const server = await stage.start("server", { concurrency: 5 });
      const client = await stage.client(server.endpoints);
      const calls = await stage.load(client, { count: 5_000, text: "wait", timeoutMs: 200 });
      assert.equal(calls.of("OK") + calls.of("TIMEOUT"), 5_000, calls.results);
      assert.equal((await stage.load(client, { count: 60, timeoutMs: 20_000 })).of("OK"), 60);
      const { late } = await server.stats();
      assert.equal(late, 0, `${late} requests were carried out after their deadlines`);
      return "none was carried out late";
    },
  },
];
