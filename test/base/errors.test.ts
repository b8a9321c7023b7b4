import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { Subscriber as ByteSubscriber } from "dividere/connection";
import * as ours from "dividere/messaging";
import { Msg01 } from "../gen/plain.js";
import { GreeterRequest } from "../gen/plain_dividere.js";
import { freePort } from "../support/ports.js";

/** The classes of errors in a second copy of the package: the same file, loaded as another module. */
const copy = (await import(
  `${new URL("../../runtime/src/base/errors.ts", import.meta.url)}?copy`
)) as typeof ours;

class Own extends ours.RequestError {}

describe("instanceof", () => {
  const error = new copy.RequestError("NOT_FOUND", "no such thing");

  test("holds for an error of another copy of the package", () => {
    assert.notEqual(copy.DividereError, ours.DividereError);
    assert.ok(error instanceof ours.RequestError);
    assert.ok(error instanceof ours.DividereError);
    assert.ok(new ours.RetryError(1, "") instanceof copy.DividereError);
  });

  test("distinguishes the classes", () => {
    const thrown: unknown = error;
    assert.ok(!(thrown instanceof ours.ConnectionError));
    assert.ok(!(new ours.DividereError("CLOSED", "") instanceof ours.RequestError));
    assert.ok(new ours.WorkerError("WORKER_LOST", "", "") instanceof ours.WorkerError);
    for (const other of [new Error("other"), undefined, null, "DividereError", {}]) {
      assert.ok(!((other as unknown) instanceof ours.DividereError));
    }
  });

  test("works as usual for a class that extends an error class", () => {
    assert.ok(new Own("A", "") instanceof Own);
    assert.ok(new Own("A", "") instanceof copy.RequestError);
    assert.ok(!(new ours.RequestError("A", "") instanceof Own));
  });
});

test("an error shows where its code is explained, apart from its message", () => {
  const error = new ours.RequestError("NOT_FOUND", "no such thing");
  assert.match(error.docs, /^https:\/\/.*\/docs\/errors\.md#request_failed$/);
  assert.equal(error.message, "no such thing");
  const shown = inspect(error).split("\n");
  assert.equal(shown[0], "RequestError: no such thing");
  assert.ok(shown.includes(`  docs: '${error.docs}',`), inspect(error));
});

describe("a time-out", () => {
  test("of a call shows its caller, and whole milliseconds", async () => {
    await using greeter = new GreeterRequest(`tcp://127.0.0.1:${await freePort()}`);
    async function theCaller(): Promise<unknown> {
      return await greeter.reverse({ field1: "" }, { timeoutMs: 1.25 });
    }
    await assert.rejects(theCaller(), {
      message: /^Timed out after 1 ms before .*; is the server running/,
      stack: /theCaller/,
    });
  });

  test("of a receive shows its caller", async () => {
    await using bytes = new ByteSubscriber(`tcp://127.0.0.1:${await freePort()}`);
    await using messages = new ours.Subscriber(bytes.endpoints, [Msg01]);
    for (const link of [bytes, messages]) {
      async function theReceiver(): Promise<unknown> {
        return await link.recv({ timeoutMs: 1 });
      }
      await assert.rejects(theReceiver(), { code: "TIMEOUT", stack: /theReceiver/ });
    }
  });
});
