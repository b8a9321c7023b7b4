import assert from "node:assert/strict";
import { before, test } from "node:test";
import { buildRoles } from "../../bench/build.js";
import { race } from "../../bench/harness/race.js";
import { Processes, type Subject } from "../../bench/harness/subject.js";
import { choice, throughBroker } from "../../bench/subjects/brokers.js";
import { farmCalls, ourCalls, rawCalls } from "../../bench/subjects/calls.js";
import { codecStep } from "../../bench/subjects/codec.js";
import { clients, registryEntries, topics } from "../../bench/subjects/growth.js";
import { ourPublisher, rawPublisher } from "../../bench/subjects/publish.js";

// Real processes, and rounds too short for a figure: the tests show that every subject runs.
const load = { size: 64, inFlight: 10 };
const effort = { rounds: 1, roundSeconds: 0.001 };

const races: Readonly<Record<string, readonly Subject[]>> = {
  "a publisher and its subscriber": [
    ourPublisher("one by one", 1),
    ourPublisher("in bursts", 10),
    rawPublisher("raw"),
    rawPublisher("raw, bytes only", true),
  ],
  "a client and its server": [ourCalls(), rawCalls("REQ/REP"), rawCalls("DEALER/ROUTER")],
  "clients and workers of a broker": [
    throughBroker("proxy", "proxy", load.size),
    throughBroker("bytes", "bytes", load.size),
    throughBroker("envelopes", "envelopes", load.size),
    throughBroker("native", "native", load.size),
  ],
  "a farm of workers": [farmCalls("farm", { workers: 1, concurrency: 10 }, "call")],
  "what needs no peer": [codecStep("decode among types", { types: 10 }), choice(10)],
  "what grows": [topics(10), clients(3), registryEntries(10)],
};

before(buildRoles);

for (const [name, subjects] of Object.entries(races)) {
  test(`a bench can measure ${name}`, async () => {
    const { outcomes, skips } = await race(subjects, [load], effort);
    assert.deepEqual(skips, []);
    assert.deepEqual(
      outcomes.map(({ subject }) => subject),
      subjects,
    );
    for (const { subject, perSecond, count } of outcomes) {
      assert.ok(perSecond.median > 0 && count > 0, subject.name);
    }
  });
}

test("processes are closed when one of them does not start, the last first", async () => {
  const closed: number[] = [];
  const processes = new Processes();
  const process = (number: number) => ({
    [Symbol.asyncDispose]: async () => void closed.push(number),
  });
  await processes.add(Promise.resolve(process(1)));
  await processes.add(Promise.resolve(process(2)));
  await assert.rejects(processes.add(Promise.reject(new Error("no third"))), {
    message: "no third",
  });
  assert.deepEqual(closed, [2, 1]);
});
