// The short form; `npm run test:discovery` kills every process in turn and writes the table of docs/discovery.md.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { noEtcd } from "../support/etcd/cluster.js";
import { noPython } from "../support/python.js";
import { killInTurn } from "./kills.js";
import { DEADLINE_MS } from "./load.js";
import { System } from "./system.js";

const skip = (await noEtcd()) || (await noPython());

describe("A system of registries on etcd, with services in two languages", { skip }, () => {
  test("loses no call and agrees again when a registry, etcd's leader or a service is killed", async () => {
    await using system = await System.start({
      registries: 3,
      members: 3,
      services: 2,
      pythonServices: 1,
      registry: { leaseMs: 2_000, probe: { intervalMs: 300, failures: 2 } },
    });
    const outcomes = await killInTurn(system, 2, ({ title }) => !/ 2\b/.test(title));
    assert.deepEqual(
      outcomes.map(({ killed }) => killed),
      ["registry 1", "registry 3", "etcd's leader", "service 1, TypeScript", "service 1, Python"],
    );
    for (const { killed, calls, failures, slowestMs } of outcomes) {
      assert.deepEqual(failures.map(String), [], killed);
      assert.ok(calls > 0 && slowestMs < DEADLINE_MS, killed);
    }
  });
});
