import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { WorkerTable } from "../../../runtime/src/connection/load-balancing/worker-table.js";

type Step =
  | { readonly type: "registered" | "answered" | "heartbeat" | "forget"; readonly worker: number }
  | { readonly type: "take" };

const worker = fc.nat(4);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constantFrom("registered" as const, "answered" as const, "heartbeat" as const),
    worker,
  }),
  fc.record({ type: fc.constant("forget" as const), worker }),
  fc.record({ type: fc.constant("take" as const) }),
);

/** A table, and the workers that it must know, those that are free in their order. */
class Model {
  readonly known = new Set<number>();
  readonly free: number[] = [];
  readonly #asked: number[] = [];
  readonly table = new WorkerTable({
    heartbeatIntervalMs: 600_000,
    ask: ([id = -1]) => this.#asked.push(id),
    lost: () => assert.fail("no interval has passed"),
  });

  play(each: Step): void {
    if (each.type === "take") {
      assert.equal(this.table.take()?.[0], this.free.shift());
      return;
    }
    this.table[each.type](Uint8Array.of(each.worker));
    if (each.type === "forget") this.#forget(each.worker);
    else this.#hear(each.worker, each.type);
    if (each.type === "registered") assert.equal(this.#asked.at(-1), each.worker);
  }

  #forget(id: number): void {
    this.known.delete(id);
    if (this.free.includes(id)) this.free.splice(this.free.indexOf(id), 1);
  }

  #hear(id: number, type: string): void {
    const isNew = !this.known.has(id);
    this.known.add(id);
    if (this.free.includes(id)) return;
    // A heartbeat of a busy worker may have crossed its request, so the table decides about it.
    if (type !== "heartbeat" || isNew || this.table.free > this.free.length) this.free.push(id);
  }
}

test("a table of workers gives each free worker once, the one first that has been free longest", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const model = new Model();
      const { table, known, free } = model;
      for (const each of steps) {
        model.play(each);
        assert.deepEqual([table.free, table.busy], [free.length, known.size - free.length]);
      }
      table.clear();
      assert.deepEqual([table.free, table.busy, table.take()], [0, 0, undefined]);
    }),
    { numRuns: 1_000 },
  );
});

test("a heartbeat frees a busy worker only if the table has asked after it got its request", () => {
  const beats = fc.integer({ min: 1, max: 6 });
  fc.assert(
    fc.property(beats, beats, (registrations, heartbeats) => {
      const table = new WorkerTable({ heartbeatIntervalMs: 600_000, ask() {}, lost() {} });
      const id = Uint8Array.of(1);
      for (let time = 0; time < registrations; time++) table.registered(id);
      table.take();
      for (let time = 0; time < heartbeats; time++) table.heartbeat(id);
      assert.deepEqual([table.free, table.busy], [0, 1]);
      table.answered(id);
      assert.deepEqual([table.free, table.busy], [1, 0]);
      table.clear();
    }),
  );
});
