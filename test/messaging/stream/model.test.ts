import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { KEEP_ALIVE_MS, Peer, settle, WINDOW } from "./simulation.js";

type Step = "deliver to server" | "deliver to client" | "client reads" | "server reads";

const sizes = fc.array(fc.nat(200), { maxLength: 30 });
const steps = fc.array(
  fc.constantFrom<Step>("deliver to server", "deliver to client", "client reads", "server reads"),
  { maxLength: 120 },
);

/** Delivers the oldest frame on its way from one end to the other. */
function deliver(from: Peer, to: Peer): void {
  const frame = from.outbox.shift();
  if (frame !== undefined) to.receive(frame);
}

function doStep(step: Step, client: Peer, server: Peer): void {
  if (step === "deliver to server") deliver(client, server);
  else if (step === "deliver to client") deliver(server, client);
  else if (step === "client reads") client.take();
  else server.take();
}

function checkInvariants(client: Peer, server: Peer): void {
  for (const { end } of [client, server]) {
    assert.ok(end.credit.messages >= 0 && end.credit.bytes >= 0, "credit below zero");
    assert.ok(end.inbox.length <= WINDOW.messages, "more messages wait than were granted");
  }
}

function opened(): { client: Peer; server: Peer } {
  const [client, server] = [new Peer(false), new Peer(true)];
  // The opening carries the client's grant; the server answers with its own.
  server.end.grant(WINDOW);
  server.end.open();
  return { client, server };
}

async function run(client: Peer, server: Peer, script: readonly Step[]): Promise<void> {
  for (const step of script) {
    doStep(step, client, server);
    await settle();
    checkInvariants(client, server);
  }
}

const everything: readonly Step[] = [
  "deliver to server",
  "deliver to client",
  "client reads",
  "server reads",
];

test("whatever the order of steps, every message arrives in its order and both ends end", async () => {
  await fc.assert(
    fc.asyncProperty(sizes, sizes, steps, async (requests, responses, script) => {
      const { client, server } = opened();
      const writing = Promise.all([client.write(requests), server.write(responses)]);
      await run(client, server, script);
      for (let turn = 0; !(client.readToEnd && server.end.over); turn++) {
        assert.ok(turn < 1_000, "the call does not end");
        await run(client, server, everything);
      }
      await writing;
      assert.deepEqual(server.read, requests);
      assert.deepEqual(client.read, responses);
      assert.deepEqual([client.overs, server.overs], [1, 1]);
      assert.equal(client.error, undefined);
      assert.equal(server.error, undefined);
    }),
    { numRuns: 300 },
  );
});

test("after a cut both ends end, with what had arrived in its order", async () => {
  await fc.assert(
    fc.asyncProperty(sizes, sizes, steps, async (requests, responses, script) => {
      const { client, server } = opened();
      const writing = Promise.all([client.write(requests), server.write(responses)]);
      await run(client, server, script);
      // Nothing passes from here on, and what is on its way is lost.
      const deadAt = performance.now() + 4 * KEEP_ALIVE_MS;
      for (const { end } of [client, server]) {
        const error = end.tick(deadAt);
        if (!end.over) end.finish(error);
      }
      await writing;
      for (let turn = 0; !(client.readToEnd && server.readToEnd); turn++) {
        assert.ok(turn < 1_000, "a reader does not end");
        client.take();
        server.take();
        await settle();
      }
      assert.deepEqual(server.read, requests.slice(0, server.read.length));
      assert.deepEqual(client.read, responses.slice(0, client.read.length));
      assert.deepEqual([client.overs, server.overs], [1, 1]);
    }),
    { numRuns: 300 },
  );
});

test("a message that is lost is noticed by the next one", async () => {
  const { client, server } = opened();
  deliver(server, client);
  void client.write([1, 2, 3]);
  await settle();
  client.outbox.splice(1, 1);
  deliver(client, server);
  assert.throws(() => deliver(client, server), { status: "DATA_LOSS" });
});

test("a sender beyond its credit is noticed", async () => {
  const { client, server } = opened();
  client.end.grant({ messages: 100, bytes: 10_000 });
  void client.write([1, 1, 1, 1, 1]);
  await settle();
  for (let message = 0; message < 4; message++) deliver(client, server);
  assert.throws(() => deliver(client, server), { status: "RESOURCE_EXHAUSTED" });
});
