import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { type Case, requestSizes, responseSizes, sizeOf, sizesOf, zeros } from "./case.js";

const clientStreaming: Case = async ({ client }) => {
  const requests = requestSizes.map((size) => ({ payload: zeros(size) }));
  const { aggregatedPayloadSize } = await client.streamingInputCall(requests);
  assert.equal(aggregatedPayloadSize, 74_922);
};

const serverStreaming: Case = async ({ client }) => {
  const responseParameters = responseSizes.map((size) => ({ size }));
  assert.deepEqual(
    await sizesOf(client.streamingOutputCall({ responseParameters })),
    [31_415, 9, 2_653, 58_979],
  );
};

const pingPong: Case = async ({ client }) => {
  const answers = new EventEmitter();
  async function* requests() {
    for (const [index, size] of requestSizes.entries()) {
      // The next request goes out once the answer to this one is here.
      const answered = once(answers, "answer");
      yield { responseParameters: [{ size: responseSizes[index] ?? 0 }], payload: zeros(size) };
      await answered;
    }
  }
  const sizes: number[] = [];
  for await (const answer of client.fullDuplexCall(requests())) {
    sizes.push(sizeOf(answer));
    answers.emit("answer");
  }
  assert.deepEqual(sizes, [31_415, 9, 2_653, 58_979]);
};

const emptyStream: Case = async ({ client }) => {
  assert.deepEqual(await sizesOf(client.fullDuplexCall([])), []);
};

/** The cases of streams, by the names that gRPC gives them. */
export const streamingCases = {
  client_streaming: clientStreaming,
  server_streaming: serverStreaming,
  ping_pong: pingPong,
  empty_stream: emptyStream,
};
