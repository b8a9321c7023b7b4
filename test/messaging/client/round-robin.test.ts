import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Msg01, Scalars } from "../../gen/plain.js";
import { GreeterReactor, GreeterRequest } from "../../gen/plain_dividere.js";
import { until } from "../../support/until.js";

class Counting extends GreeterReactor {
  served = 0;
  handleMsg01(message: Msg01): Msg01 {
    this.served++;
    return message;
  }
  handleScalars(message: Scalars): Scalars {
    return message;
  }
  handleMsg02(): void {}
  handleTelegram(): void {}
}

test("calls go round all servers that are connected, and to no other", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }).filter((all) => all.includes(true)),
      fc.integer({ min: 1, max: 15 }),
      async (lives, calls) => {
        const servers = lives.map(() => new Counting({ serve: "tcp://127.0.0.1:*" }));
        let connected = 0;
        await using client = new GreeterRequest(
          servers.flatMap(({ endpoints }) => endpoints),
          {
            onStatus: ({ type }) => {
              if (type === "connected") connected++;
              if (type === "disconnected") connected--;
            },
          },
        );
        await until(() => connected === servers.length, "all connections");
        for (const [index, lives_] of lives.entries()) if (!lives_) await servers[index]?.stop();
        const living = servers.filter((_, index) => lives[index]);
        await until(() => connected === living.length, "the ends of connections");
        for (let call = 0; call < calls; call++)
          await client.reverse({ field1: "?" }, { timeoutMs: 10_000 });
        const served = living.map((server) => server.served);
        assert.equal(
          served.reduce((sum, count) => sum + count, 0),
          calls,
        );
        assert.ok(Math.max(...served) - Math.min(...served) <= 1, served.join(" "));
        await Promise.all(servers.map((server) => server.stop()));
      },
    ),
    { numRuns: 20 },
  );
});
