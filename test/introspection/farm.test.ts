import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { IntrospectionClient } from "dividere/introspection";
import { type MpMsgReactor, Request } from "dividere/messaging";
import { Msg01 } from "../gen/plain.js";
import { GreeterPublisher, GreeterRequest } from "../gen/plain_dividere.js";
import { greeters, serve } from "../messaging/farm/greeters.js";
import { Desk, Statuses } from "../messaging/farm/mp-farm.js";
import { soon } from "../messaging/reactor/greeter.js";
import { until } from "../support/until.js";

/** The counts of an rpc, without times. */
function countsOf(farm: MpMsgReactor, name: string) {
  const found = farm.stats.rpcs.find(({ rpc }) => rpc === `Greeter/${name}`);
  assert.ok(found, `no counts for ${name}`);
  const { started, succeeded, failures, inFlight } = found;
  return { started, succeeded, failures, inFlight };
}

describe("a farm", () => {
  test("tells of its workers' services and schema, and answers in its own process", async () => {
    await using farm = greeters({ serve, workers: 2, version: "1.4.2" });
    await using client = new IntrospectionClient(farm.endpoints, { timeoutMs: 20_000 });
    const { services, version, pid, instance } = await client.describe();
    assert.deepEqual(
      services.map(({ typeName, rpcs }) => [typeName, rpcs.map(({ name }) => name)]),
      [["Greeter", ["Reverse", "Announce", "Telegraph", "Echo"]]],
    );
    assert.deepEqual([version, pid, instance], ["1.4.2", process.pid, farm.instance]);
    const { workers, concurrency, links } = await client.stats();
    assert.deepEqual([workers, concurrency], [2, 2]);
    assert.deepEqual(
      links.map(({ kind, endpoints }) => [kind, endpoints]),
      [["Router", farm.endpoints]],
    );
    const set = fromBinary(FileDescriptorSetSchema, await client.schema());
    assert.ok(createFileRegistry(set).getService("Greeter"));
  });

  test("answers while every worker is busy, and counts what waits for them", async () => {
    await using desk = new Desk();
    await using farm = greeters({ serve, workers: 1 });
    await using greeter = new GreeterRequest(farm.endpoints);
    const held = greeter.reverse({ field1: `hold ${desk.endpoint}` });
    const handler = await desk.held();
    const waiting = greeter.reverse({ field1: "abc" });
    await until(() => farm.stats.links[0]?.received === 2, "the second request");
    await using client = new IntrospectionClient(farm.endpoints, soon);
    const { inFlight, rpcs } = await client.stats();
    assert.deepEqual([inFlight, rpcs[0]?.started, rpcs[0]?.inFlight], [1, 1, 1]);
    assert.equal((await client.describe()).services.length, 1);
    await handler.release();
    await Promise.all([held, waiting]);
    assert.deepEqual(countsOf(farm, "Reverse"), {
      started: 2,
      succeeded: 2,
      failures: {},
      inFlight: 0,
    });
  });

  test("counts failures by their status, and requests that were lost with a worker", async () => {
    await using farm = greeters({ serve, workers: 1 });
    await using greeter = new GreeterRequest(farm.endpoints);
    await greeter.reverse({ field1: "abc" });
    await assert.rejects(greeter.reverse({ field1: "refuse" }), { status: "NO_THANKS" });
    await assert.rejects(greeter.reverse({ field1: "exit 3" }), { status: "WORKER_LOST" });
    assert.deepEqual(countsOf(farm, "Reverse"), {
      started: 3,
      succeeded: 1,
      failures: { NO_THANKS: 1, WORKER_LOST: 1 },
      inFlight: 0,
    });
  });

  test("counts a plain request, and the refusal of one", async () => {
    await using farm = greeters({ serve, workers: 1 });
    await using request = new Request(farm.endpoints, [Msg01]);
    for (const field1 of ["abc", "refuse"]) {
      await request.send({ field1 });
      const answered = request.recv({ timeoutMs: 20_000 });
      if (field1 === "abc") await answered;
      else await assert.rejects(answered, { status: "REFUSED" });
    }
    assert.deepEqual(countsOf(farm, "Reverse"), {
      started: 2,
      succeeded: 1,
      failures: { REFUSED: 1 },
      inFlight: 0,
    });
  });

  test("counts requests past their deadline", async () => {
    await using desk = new Desk();
    await using farm = greeters({ serve, workers: 1 });
    await using greeter = new GreeterRequest(farm.endpoints);
    await farm.waitUntilReady({ timeoutMs: 20_000 });
    const held = greeter.reverse({ field1: `hold ${desk.endpoint}` }, { timeoutMs: 500 });
    await assert.rejects(held, { code: "TIMEOUT" });
    await until(() => countsOf(farm, "Reverse").inFlight === 0, "the deadline");
    assert.deepEqual(countsOf(farm, "Reverse").failures, { DEADLINE_EXCEEDED: 1 });
    await (await desk.held()).release();
  });

  test("counts events when a worker is done with them, and those lost with a worker", async () => {
    await using desk = new Desk();
    await using publisher = new GreeterPublisher(serve);
    const data = { report: desk.endpoint };
    await using farm = greeters({ subscribe: publisher.endpoints, workers: 1, data });
    const statuses = new Statuses(farm);
    await farm.waitUntilReady({ timeoutMs: 20_000 });
    await publisher.waitForSubscribers(1, soon);
    await publisher.announce({ field1: "one" });
    await (await desk.held()).release();
    await until(() => countsOf(farm, "Announce").succeeded === 1, "the first event");
    await publisher.announce({ field1: "two" });
    await (await desk.held()).release("exit");
    await statuses.next("crashed");
    assert.deepEqual(countsOf(farm, "Announce"), {
      started: 2,
      succeeded: 1,
      failures: { WORKER_LOST: 1 },
      inFlight: 0,
    });
  });

  test("without introspection passes the request to its workers, which do not answer it either", async () => {
    await using farm = greeters({ serve, workers: 1, introspection: false });
    await using client = new IntrospectionClient(farm.endpoints, { timeoutMs: 20_000 });
    await assert.rejects(client.describe(), { status: "UNIMPLEMENTED" });
  });
});
