import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import * as connection from "dividere/connection";
import { EnvelopeEncoder, headersOf } from "dividere/messaging";
import { traceCalls, traceEvent } from "dividere/opentelemetry";
import { findFiles } from "../../scripts/files.mjs";
import { type Msg01, Msg02 } from "../gen/plain.js";
import { GreeterPublisher, GreeterRequest, GreeterSubscriber } from "../gen/plain_dividere.js";
import { Greeter, soon } from "../messaging/reactor/greeter.js";
import { root } from "../support/child.js";

// This process has no SDK.
const interceptors = [traceCalls()];
const serve = "tcp://127.0.0.1:*";

describe("without an SDK", () => {
  test("a call and its headers are as they were, and so is an event's handling", async () => {
    const keys: string[][] = [];
    class Noting extends Greeter {
      override handleMsg01(msg: Msg01, ctx: Parameters<Greeter["handleMsg01"]>[1]): Msg01 {
        keys.push([...ctx.requestHeaders].map(([key]) => key));
        return msg;
      }
    }
    await using reactor = new Noting({ serve }, { interceptors });
    await using greeter = new GreeterRequest(reactor.endpoints, { interceptors });
    assert.equal((await greeter.reverse({ field1: "hello" })).field1, "hello");
    assert.deepEqual(keys, [[]]);
    await using news = new GreeterPublisher(serve, { interceptors });
    await using events = new GreeterSubscriber(news.endpoints);
    await news.waitForSubscribers(1, soon);
    await news.announce({ field1: "event" });
    const event = await events.recv(soon);
    assert.equal(headersOf(event).size, 0);
    assert.equal(await traceEvent(event, ({ $type }) => $type), "Msg02");
  });

  test("an event has the bytes of a plain message", async () => {
    await using news = new GreeterPublisher(serve, { interceptors });
    await using raw = new connection.Subscriber(news.endpoints, { topics: [new Uint8Array()] });
    await news.connector.waitForSubscribers(1, soon);
    await news.announce({ field1: "hello" });
    const plain = new EnvelopeEncoder().encode({ field1: "hello" }, Msg02);
    assert.deepEqual(Buffer.from(await raw.recv(soon)), Buffer.from(plain));
  });
});

test("no other entry point of the package reaches OpenTelemetry", () => {
  const dist = join(root, "runtime", "dist");
  const importing = findFiles(".", (path) => path.endsWith(".js"), dist).filter((path) =>
    readFileSync(join(dist, path), "utf8").includes("@opentelemetry/"),
  );
  assert.deepEqual(importing, ["opentelemetry/index.js"]);
});
