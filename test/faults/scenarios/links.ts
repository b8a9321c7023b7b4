// Networks that break, each through a proxy.
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { RequestClientOptions } from "dividere/messaging";
import type { FaultyLink } from "../harness/faulty-link.js";
import type { Scenario } from "../harness/scenario.js";
import { quick, type Stage } from "../harness/stage.js";

/** A server behind a link, and a client that is connected. */
async function behindLink(stage: Stage, options?: RequestClientOptions) {
  const server = await stage.start("server");
  const link = await stage.link(server.endpoint);
  return { server, link, client: await stage.client([link.endpoint], options) };
}

/** A link that is cut under load for a time. */
const cutFor = (seconds: number): Scenario => ({
  done: `link cut for ${seconds} s under 100 calls/s with deadlines of 2 s`,
  must: "calls end by their deadlines; once the link is back, calls are answered",
  longOnly: seconds > 1,
  async play(stage) {
    const { link, client } = await behindLink(stage);
    const load = { count: 100 * (seconds + 1), perSecond: 100, timeoutMs: 2_000 };
    const calls = stage.load(client, load);
    await delay(300);
    link.cut();
    await delay(seconds * 1_000);
    link.mend();
    await calls;
    await stage.untilAnswered(client);
    assert.equal((await stage.load(client, { count: 100, timeoutMs: 10_000 })).of("OK"), 100);
    return "100 of 100 next calls answered";
  },
});

/** A link that a fault breaks for a client that then goes on. */
const brokenBy = (
  done: string,
  must: string,
  breakLink: (link: FaultyLink, stage: Stage) => Promise<void>,
  options?: RequestClientOptions,
): Scenario => ({
  done,
  must,
  async play(stage) {
    const { link, client } = await behindLink(stage, options);
    const calls = stage.load(client, { count: 50, text: "never", timeoutMs: 2_000 });
    await breakLink(link, stage);
    await calls;
    const next = await stage.load(client, { count: 100, timeoutMs: 10_000 });
    assert.equal(next.of("OK"), 100, next.results);
    return "100 of 100 next calls answered";
  },
});

/** A link that carries bytes in another manner, without a fault that a program may notice. */
const slow = (done: string, manner: Parameters<FaultyLink["carry"]>[0]): Scenario => ({
  done,
  must: "every call is answered",
  async play(stage) {
    const { link, client } = await behindLink(stage);
    link.carry(manner);
    assert.equal((await stage.load(client, { count: 200, timeoutMs: 20_000 })).of("OK"), 200);
    return "200 of 200 answered";
  },
});

export const links: readonly Scenario[] = [
  cutFor(1),
  cutFor(5),
  cutFor(30),
  brokenBy(
    "link stalled without FIN or RST, and let through again",
    "heartbeats notice, the client connects again, and calls are answered",
    async (link, stage) => {
      link.stall();
      await stage.noticed();
      link.mend();
    },
    quick,
  ),
  brokenBy(
    "half-open link: the client's side is reset, the server's side stays open",
    "the new connection takes the identity over; calls are answered",
    async (link) => link.resetNear(),
  ),
  brokenBy(
    "link reset on both sides",
    "the client connects again; calls are answered",
    async (link) => link.reset(),
  ),
  brokenBy(
    "link closed in the direction of the client, open in the other",
    "the client connects again; calls are answered",
    async (link) => link.halfClose(),
  ),
  slow("each piece of the stream 20 ms late", { delayMs: 20 }),
  slow("the stream split into pieces of 3 bytes", { pieceBytes: 3 }),
  {
    done: "two servers, the link to one stalled",
    must: "heartbeats notice; from then on the other gets every call, and all are answered",
    async play(stage) {
      const one = await stage.start("server");
      const two = await stage.start("server");
      const link = await stage.link(one.endpoint);
      const client = await stage.client([link.endpoint, two.endpoint], quick);
      link.stall();
      await stage.load(client, { count: 20, timeoutMs: 5_000 });
      await stage.noticed();
      const next = await stage.load(client, { count: 200, timeoutMs: 10_000 });
      assert.equal(next.of("OK"), 200, next.results);
      return "200 of 200 answered while the link was stalled";
    },
  },
];
