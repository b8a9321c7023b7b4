import assert from "node:assert/strict";
import type { CallHeaders } from "dividere/messaging";
import { echoInitial, echoTrailing } from "../peers/behaviour.js";
import { type Case, sizeOf, sizesOf, zeros } from "./case.js";

const customMetadata: Case = async ({ client }) => {
  const bytes = new Uint8Array([0xab, 0xab, 0xab]);
  const headers = { [echoInitial]: "test_initial_metadata_value", [echoTrailing]: bytes };
  const payload = zeros(271_828);
  const assertEchoed = (initial: CallHeaders | undefined, trailing: CallHeaders | undefined) => {
    assert.equal(initial?.get(echoInitial), "test_initial_metadata_value");
    assert.equal(initial?.has(echoTrailing), false);
    assert.deepEqual(trailing?.getBytes(echoTrailing), bytes);
    assert.equal(trailing?.has(echoInitial), false);
  };

  let initial: CallHeaders | undefined;
  let trailing: CallHeaders | undefined;
  const answer = await client.unaryCall(
    { responseSize: 314_159, payload },
    {
      headers,
      onHeaders: (received) => {
        initial = received;
      },
      onTrailers: (received) => {
        trailing = received;
      },
    },
  );
  assert.equal(sizeOf(answer), 314_159);
  assertEchoed(initial, trailing);

  const request = { responseParameters: [{ size: 314_159 }], payload };
  const stream = client.fullDuplexCall([request], { headers });
  assert.deepEqual(await sizesOf(stream), [314_159]);
  assertEchoed(await stream.headers, stream.trailers);
};

const statusCodeAndMessage: Case = async ({ client }) => {
  const responseStatus = { code: 2, message: "test status message" };
  const failure = { name: "RequestError", status: "UNKNOWN", message: "test status message" };
  await assert.rejects(client.unaryCall({ responseStatus }), failure);
  await assert.rejects(sizesOf(client.fullDuplexCall([{ responseStatus }])), failure);
};

const specialStatusMessage: Case = async ({ client }) => {
  const message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
  const call = client.unaryCall({ responseStatus: { code: 2, message } });
  await assert.rejects(call, { name: "RequestError", status: "UNKNOWN", message });
};

const unimplementedMethod: Case = async ({ client }) => {
  await assert.rejects(client.unimplementedCall(), { status: "UNIMPLEMENTED" });
};

const unimplementedService: Case = async ({ strangersClient }) => {
  await assert.rejects(strangersClient.unimplementedCall({}), { status: "UNIMPLEMENTED" });
};

/** The cases of what a call carries besides messages, by the names that gRPC gives them. */
export const carriedCases = {
  custom_metadata: customMetadata,
  status_code_and_message: statusCodeAndMessage,
  special_status_message: specialStatusMessage,
  unimplemented_method: unimplementedMethod,
  unimplemented_service: unimplementedService,
};
