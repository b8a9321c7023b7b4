import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { RequestContext } from "dividere/messaging";
import type { Msg01, Msg02 } from "../../../gen/plain.js";
import { inFlight, openCalls } from "../../../support/calls/open-calls.js";
import { Child } from "../../../support/child.js";
import { until } from "../../../support/until.js";
import { within } from "../../../support/within.js";
import { ShopReactor, ShopRequest } from "../shop.js";

/** By how much a process may grow while a gigabyte passes, in MiB. */
const ALLOWED_MIB = 64;

function start(script: string, args: readonly string[], onLine: (line: string) => void): Child {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return new Child(process.execPath, ["--import=tsx", path, ...args], {}, onLine);
}

describe("the memory of streams", () => {
  test("stays flat at both ends while a gigabyte goes to a reader that sleeps", async () => {
    const grown: number[] = [];
    let tellBound = (_endpoint: string): void => {};
    const bound = new Promise<string>((resolve) => {
      tellBound = resolve;
    });
    const onLine = (line: string): void => {
      const [word, value = ""] = line.split(" ");
      if (word === "bound") tellBound(value);
      if (word === "grown") grown.push(Number(value));
    };
    await using server = start("./serve.ts", [], onLine);
    const endpoint = await within(bound, () => `the server: ${server.describe()}`);
    await using reader = start("./read.ts", [endpoint], onLine);
    const ended = await within(reader.ended, () => `the reader: ${reader.describe()}`, 240_000);
    assert.equal(ended.status, 0, ended.stderr);
    assert.match(ended.stdout, /^read 1073741824$/m);
    await until(() => grown.length === 2, "the server's figure");
    for (const mib of grown) assert.ok(mib <= ALLOWED_MIB, `grown by ${mib} MiB`);
  });

  test("keeps nothing of ten thousand streams that were opened and abandoned", async () => {
    class Endless extends ShopReactor {
      override async *handleList(_msg: Msg01, ctx: RequestContext): AsyncIterable<Msg02> {
        yield { field1: "the first" };
        await once(ctx.signal, "abort");
      }
    }
    await using reactor = new Endless({ serve: "tcp://127.0.0.1:*" });
    await using shop = new ShopRequest(reactor.endpoints);
    for (let round = 0; round < 100; round++) {
      const streams = Array.from({ length: 100 }, () => shop.list({}));
      await Promise.all(streams.map((stream) => stream.next()));
      for (const stream of streams) stream.cancel();
    }
    assert.equal(inFlight(shop), 0);
    await until(() => openCalls(reactor) === 0, "the server to forget the streams");
    assert.deepEqual(reactor.errors, []);
  });
});
