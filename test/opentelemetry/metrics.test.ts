import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestError } from "dividere/messaging";
import { traceCalls } from "dividere/opentelemetry";
import type { Msg01, Msg02 } from "../gen/plain.js";
import { GreeterPublisher, GreeterRequest } from "../gen/plain_dividere.js";
import { Greeter, moment, soon } from "../messaging/reactor/greeter.js";
import { points, spans } from "./collected.js";

const interceptors = [traceCalls()];

test("calls and events are measured by the semantic conventions", async () => {
  const handled = moment();
  class Some extends Greeter {
    override handleMsg01(msg: Msg01): Msg01 {
      if (msg.field1 === "refuse") throw new RequestError("INTERNAL", "no");
      return msg;
    }

    override handleMsg02(_msg: Msg02): void {
      handled.happen();
    }
  }
  await using news = new GreeterPublisher("tcp://127.0.0.1:*", { interceptors });
  const links = { serve: "tcp://127.0.0.1:*", subscribe: news.endpoints };
  await using reactor = new Some(links, { interceptors });
  await using greeter = new GreeterRequest(reactor.endpoints[0] ?? "", { interceptors });
  await greeter.reverse({});
  await greeter.reverse({});
  await assert.rejects(greeter.reverse({ field1: "refuse" }), { status: "INTERNAL" });
  await news.waitForSubscribers(1, soon);
  await news.announce({});
  await handled.happened;
  await spans(8);

  const rpc = { "rpc.system.name": "dividere", "rpc.method": "Greeter/Reverse" };
  const ok = { "rpc.status_code": "OK" };
  const failed = { "rpc.status_code": "INTERNAL", "error.type": "INTERNAL" };
  const server = {
    "server.address": "127.0.0.1",
    "server.port": Number(reactor.endpoints[0]?.split(":").at(-1)),
  };
  const bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
  const duration = { unit: "s", bounds };
  assert.deepEqual(await points("rpc.client.call.duration"), [
    { ...duration, attributes: { ...rpc, ...server, ...ok }, count: 2 },
    { ...duration, attributes: { ...rpc, ...server, ...failed }, count: 1 },
  ]);
  assert.deepEqual(await points("rpc.server.call.duration"), [
    { ...duration, attributes: { ...rpc, ...ok }, count: 2 },
    { ...duration, attributes: { ...rpc, ...failed }, count: 1 },
  ]);
  const event = { "messaging.system.name": "dividere", "messaging.destination.name": "Msg02" };
  const publish = {
    ...event,
    "messaging.operation.name": "publish",
    "messaging.operation.type": "send",
  };
  const process = {
    ...event,
    "messaging.operation.name": "process",
    "messaging.operation.type": "process",
  };
  const counter = { unit: "{message}", bounds: undefined, count: 1 };
  assert.deepEqual(await points("messaging.client.operation.duration"), [
    { ...duration, attributes: publish, count: 1 },
  ]);
  assert.deepEqual(await points("messaging.process.duration"), [
    { ...duration, attributes: process, count: 1 },
  ]);
  assert.deepEqual(await points("messaging.client.sent.messages"), [
    { ...counter, attributes: publish },
  ]);
  assert.deepEqual(await points("messaging.client.consumed.messages"), [
    { ...counter, attributes: process },
  ]);
});
