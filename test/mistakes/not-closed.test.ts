// `await using` forgotten: the program ends all the same, or says what it waits for.
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { RegistryServer } from "dividere/registry";
import { optionsFor, soon } from "../service/options.js";
import { Reverser } from "../service/reverser.js";
import { Child, run } from "../support/child.js";
import { until } from "../support/until.js";

const program = join(import.meta.dirname, "left-open.ts");
const args = (what: string): string[] => ["--import=tsx", program, what];

describe("a program that closes nothing", () => {
  const ends: Readonly<Record<string, string>> = {
    client: "hello",
    "client of nobody": "TIMEOUT",
    "client that got no answer": "TIMEOUT",
    "publisher and subscriber": "hello",
  };
  for (const [what, printed] of Object.entries(ends)) {
    test(`ends by itself with a ${what}`, async () => {
      const ended = await run(process.execPath, args(what));
      assert.deepEqual(ended, { status: 0, stdout: `${printed}\n`, stderr: "" });
    });
  }

  test("is told which reactor keeps it running, and how to close it", async () => {
    await using child = new Child(process.execPath, args("reactor"));
    const report =
      /^dividere messaging error: Greeter at tcp:\/\/127\.0\.0\.1:\d+ is open, and nothing else keeps this process running\. Close it where the program is done, with `await using` or stop\(\); in a server that is to stay, await its `stopped` or give it to stopOnSignals\(\)$/m;
    await until(() => report.test(child.describe()), "the report of the reactor");
  });

  test("is told which client keeps it running, because it follows a registry", async () => {
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    await using service = new Reverser(await optionsFor(server));
    await service.waitUntilRegistered(soon);
    const following = [...args("client that follows"), server.endpoint];
    await using child = new Child(process.execPath, following);
    const report =
      /^dividere service error: GreeterRequest at tcp:\/\/127\.0\.0\.1:\d+ is open, and nothing else keeps this process running\./m;
    await until(() => report.test(child.describe()), "the report of the client");
  });

  test("is told nothing of a reactor whose end it waits for", async () => {
    const ended = await run(process.execPath, args("reactor that is waited for"));
    assert.deepEqual(ended, { status: 0, stdout: "stopped\n", stderr: "" });
  });
});
