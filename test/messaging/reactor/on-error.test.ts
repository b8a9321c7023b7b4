import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setLogger } from "dividere/connection";
import { MtMsgReactor, Request, Router } from "dividere/messaging";
import { Msg01 } from "../../gen/plain.js";

const soon = { timeoutMs: 10_000 };

describe("an onError that throws", () => {
  test("is logged with the error that it received, and the reactor goes on", async (context) => {
    const logged: string[] = [];
    const keep = (_details: object, message: string): void => {
      logged.push(message);
    };
    setLogger({ error: keep, warn: keep, info: keep, debug: keep });
    context.after(() => setLogger());
    class Clumsy extends MtMsgReactor {
      handleMsg01(msg: Msg01): Msg01 {
        if (msg.field1 === "bad") throw new Error("the handler failed");
        return msg;
      }
      override onError(): void {
        throw new Error("and so did its report");
      }
    }
    await using reactor = new Clumsy(new Router("tcp://127.0.0.1:*", [Msg01]));
    await using request = new Request(reactor.endpoints, [Msg01]);
    await request.send({ field1: "bad" });
    await assert.rejects(request.recv(soon));
    assert.deepEqual(logged, ["the handler failed", "Clumsy.onError threw"]);
    await request.send({ field1: "good" });
    assert.equal((await request.recv(soon)).field1, "good");
  });
});
