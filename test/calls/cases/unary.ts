import assert from "node:assert/strict";
import { type Case, sizeOf, zeros } from "./case.js";

/** The request of `large_unary`. */
const large = { responseSize: 314_159, payload: zeros(271_828) };

const emptyUnary: Case = async ({ client }) => {
  const reply = await client.emptyCall({});
  assert.ok(reply !== null && typeof reply === "object");
};

const largeUnary: Case = async ({ client }) => {
  assert.equal(sizeOf(await client.unaryCall(large)), 314_159);
};

/** Many calls, one after the other. */
const rpcSoak: Case = async (means) => {
  for (let iteration = 0; iteration < 100; iteration++) await largeUnary(means);
};

/** A thousand calls at once, by one client. */
const concurrentLargeUnary: Case = async ({ client }) => {
  // The largest of them wait in queues, on a machine of one core for longer than a call usually does.
  const call = async () => sizeOf(await client.unaryCall(large, { timeoutMs: 120_000 }));
  const sizes = await Promise.all(Array.from({ length: 1_000 }, call));
  assert.deepEqual(new Set(sizes), new Set([314_159]));
};

/** The cases of single messages, by the names that gRPC gives them. */
export const unaryCases = {
  empty_unary: emptyUnary,
  large_unary: largeUnary,
  rpc_soak: rpcSoak,
  concurrent_large_unary: concurrentLargeUnary,
};
