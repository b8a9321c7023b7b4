import assert from "node:assert/strict";
import { once } from "node:events";
import { type Case, sizeOf, zeros } from "./case.js";

/** Requests that never come: the side of a client that has nothing to say yet. */
function silence<T>(): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) };
}

const cancelAfterBegin: Case = async ({ client, behaviour }) => {
  const [begun, ended] = [once(behaviour, "begin"), once(behaviour, "end")];
  const controller = new AbortController();
  const call = client.streamingInputCall(silence(), { signal: controller.signal });
  const rejected = assert.rejects(call, { name: "AbortError" });
  await begun;
  controller.abort();
  await rejected;
  const [failure] = await ended;
  assert.equal(failure.status, "CANCELLED");
};

const cancelAfterFirstResponse: Case = async ({ client, behaviour }) => {
  const ended = once(behaviour, "end");
  async function* requests() {
    yield { responseParameters: [{ size: 31_415 }], payload: zeros(27_182) };
    yield* silence<object>();
  }
  const stream = client.fullDuplexCall(requests());
  const sizes: number[] = [];
  const read = async () => {
    for await (const answer of stream) {
      sizes.push(sizeOf(answer));
      stream.cancel();
    }
  };
  await assert.rejects(read(), { name: "RequestError", status: "CANCELLED" });
  assert.deepEqual(sizes, [31_415]);
  const [failure] = await ended;
  assert.equal(failure.status, "CANCELLED");
};

const timeoutOnSleepingServer: Case = async ({ client }) => {
  async function* requests() {
    // Asks for no response, so none comes.
    yield { payload: zeros(27_182) };
    yield* silence<object>();
  }
  const stream = client.fullDuplexCall(requests(), { timeoutMs: 1 });
  await assert.rejects(stream.next(), { name: "DividereError", code: "TIMEOUT" });
};

/** The cases of calls that end early, by the names that gRPC gives them. */
export const endingCases = {
  cancel_after_begin: cancelAfterBegin,
  cancel_after_first_response: cancelAfterFirstResponse,
  timeout_on_sleeping_server: timeoutOnSleepingServer,
};
