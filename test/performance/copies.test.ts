import assert from "node:assert/strict";
import { before, test } from "node:test";
import { EnvelopeDecoder, EnvelopeEncoder } from "dividere/messaging";
import { buildRoles } from "../../bench/build.js";
import { countedCopies } from "../../bench/roles/copies.js";
import { copiesByParent, copiesOnReceipt } from "../../bench/subjects/copies.js";
import { Scalars } from "../gen/plain.js";

before(buildRoles);

const large = new Uint8Array(1 << 20).fill(7);

/** The copies that are counted while something runs. */
function copiesOf(work: () => unknown): number {
  const earlier = countedCopies();
  work();
  return countedCopies() - earlier;
}

test("copies of many bytes are counted, in whichever way they are made, and views are not", () => {
  const buffer = Buffer.alloc(large.length);
  assert.equal(
    copiesOf(() => buffer.set(large)),
    1,
  );
  assert.equal(
    copiesOf(() => large.slice()),
    1,
  );
  assert.equal(
    copiesOf(() => buffer.copy(large)),
    1,
  );
  assert.equal(
    copiesOf(() => Buffer.from(large)),
    1,
  );
  assert.ok(copiesOf(() => Buffer.concat([buffer, buffer])) >= 1);
  assert.equal(
    copiesOf(() => [large.subarray(1), Buffer.from(large.buffer), buffer.subarray(1)]),
    0,
  );
  assert.equal(
    copiesOf(() => large.slice(0, 1_000)),
    0,
  );
});

test("an envelope copies its payload when it is made, and not when it is read", () => {
  const encoder = new EnvelopeEncoder([Scalars]);
  const decoder = new EnvelopeDecoder([Scalars]);
  const message = Scalars.create({ someBytes: large });
  let frame = new Uint8Array();
  assert.equal(
    copiesOf(() => {
      frame = encoder.encode(message) as typeof frame;
    }),
    2,
  );
  assert.equal(
    copiesOf(() => decoder.decode(frame)),
    0,
  );
});

test("a bytes field of 1 MiB is copied neither on receipt nor on its way to a worker process", async () => {
  assert.equal((await copiesOnReceipt()).high, 0);
  assert.equal((await copiesByParent()).high, 0);
});
