// Subscribers that are too slow.
import assert from "node:assert/strict";
import type { LinkStats } from "dividere/connection";
import type { Player } from "../harness/player.js";
import type { Scenario } from "../harness/scenario.js";

/** Events before the subscriber is frozen, and while it is. */
const EVENTS = 20_000;

/** Publishes, freezes the subscriber, publishes as much again, and lets it go on. */
async function freeze(publisher: Player, subscriber: Player): Promise<void> {
  await publisher.act(EVENTS);
  subscriber.signal("SIGSTOP");
  await publisher.act(EVENTS);
  subscriber.signal("SIGCONT");
}

const events = EVENTS.toLocaleString("en");

export const subscribers: readonly Scenario[] = [
  {
    done: `subscriber frozen while ${events} events of 1 kB are published with \`sequence\`, and continued`,
    must: "the subscriber reports each gap with its count: published = received + lost",
    async play(stage) {
      const publisher = await stage.start("publisher", { sequence: true });
      const subscriber = await stage.start("subscriber", { endpoint: publisher.endpoint });
      await freeze(publisher, subscriber);
      // A loss shows with the next event that arrives; one at a time finds room once the others are read.
      let published = 2 * EVENTS;
      const whole = async (): Promise<boolean> => {
        await publisher.act(1);
        published++;
        const stats = await subscriber.stats();
        return Number(stats["events"]) + Number(stats["lost"]) === published;
      };
      while (!(await whole()));
      const { events, lost, gaps, told } = await subscriber.stats();
      assert.ok(Number(lost) > 0, "nothing was lost");
      assert.equal(told, lost);
      return `${published} published = ${events} received + ${lost} lost, told in ${gaps} gaps`;
    },
  },
  {
    done: `subscriber frozen while ${events} events of 1 kB are published with \`slowSubscribers: "wait"\` and \`whenFull: "drop-oldest"\`, and continued`,
    must: "the publisher counts what it drops: published = received + dropped",
    async play(stage) {
      const publisher = await stage.start("publisher", {
        slowSubscribers: "wait",
        whenFull: "drop-oldest",
      });
      const subscriber = await stage.start("subscriber", { endpoint: publisher.endpoint });
      await freeze(publisher, subscriber);
      const { stats } = await publisher.until(({ stats }) => {
        const { sent, dropped } = stats as LinkStats;
        return sent + dropped.oldest === 2 * EVENTS;
      }, "an end of every event");
      const { sent, dropped } = stats as LinkStats;
      assert.ok(dropped.oldest > 0, "nothing was dropped");
      await subscriber.until((stats) => Number(stats["events"]) === sent, `${sent} events`);
      return `${2 * EVENTS} published = ${sent} received + ${dropped.oldest} dropped`;
    },
  },
];
