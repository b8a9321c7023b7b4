// What a beginner gets wrong in the first hour, each with the message that leads on.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type MtMsgReactor, Router } from "dividere/messaging";
import { Msg01, Scalars } from "../gen/plain.js";
import { GreeterReactor, GreeterRequest } from "../gen/plain_dividere.js";
import { freePort } from "../support/ports.js";
import { within } from "../support/within.js";

const soon = { timeoutMs: 10_000 };

/** A subclass whose author left `handleMsg01` out; the compiler would not have it. */
const Incomplete = class extends (GreeterReactor as unknown as new (
  links: object,
) => MtMsgReactor) {};

describe("a beginner who", () => {
  test("leaves out a handler, in JavaScript, gets its name at the start", async () => {
    let tell: (message: string) => void = () => {};
    const told = new Promise<string>((resolve) => {
      tell = resolve;
    });
    class Untyped extends Incomplete {
      override onError(error: Error): void {
        tell(error.message);
      }
    }
    await using _reactor = new Untyped({ serve: "tcp://127.0.0.1:*" });
    assert.equal(
      await within(told, () => "the report of the handler"),
      "Untyped has no method handleMsg01(msg, ctx), and a Msg01 needs one",
    );
  });

  test("writes an endpoint without a transport gets an example with a transport", () => {
    assert.throws(() => new GreeterRequest("localhost:5555"), {
      code: "ENDPOINT_INVALID",
      message:
        'Endpoint "localhost:5555" has no transport; write for example "tcp://*:5555" to bind or "tcp://localhost:5555" to connect',
    });
  });

  test("uses a wrong port, or a port without a server, gets a question about the server", async () => {
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    await using greeter = new GreeterRequest(endpoint);
    await assert.rejects(greeter.reverse({ field1: "hello" }, { timeoutMs: 20 }), {
      code: "TIMEOUT",
      message: `Timed out after 20 ms before Msg01 could be sent: no server is connected at ${endpoint}; is the server running, and does it bind that endpoint?`,
    });
  });

  test("calls a server that does not answer gets the advice to read its log", async () => {
    await using router = new Router("tcp://127.0.0.1:*", [Msg01]);
    await using greeter = new GreeterRequest(router.endpoints);
    // The first call is answered, so that the second is not spent on connecting.
    const first = greeter.reverse({ field1: "hello" }, soon);
    await router.sendRouted(await router.recv(soon));
    await first;
    await assert.rejects(greeter.reverse({ field1: "again" }, { timeoutMs: 250 }), {
      code: "TIMEOUT",
      message: `Timed out after 250 ms without an answer to Msg01 from ${router.endpoints[0]}; the request was sent, so look at the server's log, or raise timeoutMs`,
    });
  });

  test("starts the server twice gets the message that the port is in use", async () => {
    await using first = new Router("tcp://127.0.0.1:*", [Msg01]);
    const endpoint = first.endpoints[0] ?? "";
    assert.throws(() => new Router(endpoint, [Msg01], {}, "bind"), {
      code: "ADDRESS_IN_USE",
      message: `Address already in use: ${endpoint}. Another socket, perhaps of another process, is bound there; stop it or choose another port`,
    });
  });

  test("sends a type that the other side does not know gets the names of both types", async () => {
    await using router = new Router("tcp://127.0.0.1:*", [Msg01]);
    await using greeter = new GreeterRequest(router.endpoints);
    const message =
      'A message of type "Scalars" arrived; this link was given Msg01. Give it the type too, or send the message to the endpoint of a link that has it';
    const answer = greeter.echo(Scalars.create(), soon);
    const refused = assert.rejects(answer, {
      code: "REQUEST_FAILED",
      status: "UNKNOWN_MESSAGE_TYPE",
      message,
    });
    await assert.rejects(router.recv(soon), {
      code: "UNKNOWN_MESSAGE_TYPE",
      message,
    });
    await refused;
  });

  test("gives a client an endpoint with a star gets the right endpoint", () => {
    assert.throws(() => new GreeterRequest("tcp://*:5555"), {
      code: "ENDPOINT_INVALID",
      message:
        'Endpoint "tcp://*:5555" has no host to connect to: "*" is for a socket that binds; write "tcp://localhost:5555" to connect, or "@tcp://*:5555" to bind',
    });
  });
});
