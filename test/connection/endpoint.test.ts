import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  ConnectionError,
  Dealer,
  Publisher,
  Request,
  Response,
  Subscriber,
} from "dividere/connection";
import { TemporaryFolder } from "../support/temporary-folder.js";

const invalid: readonly [endpoint: string, why: RegExp][] = [
  ["", /has no transport/],
  ["localhost:5555", /has no transport/],
  ["http://localhost:80", /transport "http", which is none of tcp, ipc, inproc/],
  ["tcp://", /has no address/],
  ["tcp://localhost", /has no port/],
  ["tcp://:5555", /has no host/],
  // libzmq takes these two for ports 34463 and 7.
  ["tcp://localhost:99999", /has the port "99999"/],
  ["tcp://localhost:7x", /has the port "7x"/],
  ["tcp://*:5555", /has no host to connect to/],
  ["tcp://localhost:0", /has no port to connect to/],
];

describe("an endpoint", () => {
  for (const [endpoint, why] of invalid) {
    test(`${JSON.stringify(endpoint)} is refused and named`, () => {
      assert.throws(
        () => new Subscriber(endpoint),
        (error) => {
          assert.ok(error instanceof ConnectionError);
          assert.equal(error.code, "ENDPOINT_INVALID");
          assert.equal(error.endpoint, endpoint);
          assert.match(error.message, why);
          return true;
        },
      );
    });
  }

  test("an empty list of them is refused", () => {
    assert.throws(() => new Request([]), {
      code: "ENDPOINT_INVALID",
      message: /list of endpoints is empty/,
    });
  });

  test("with a free port shows the bound port", async () => {
    await using response = new Response("tcp://127.0.0.1:*");
    assert.match(response.endpoints[0] ?? "", /^tcp:\/\/127\.0\.0\.1:[1-9]\d*$/);
  });

  test("that is taken is named, and its owner goes on working", async () => {
    await using first = new Publisher("tcp://127.0.0.1:*");
    const [endpoint] = first.endpoints as [string];
    assert.throws(() => new Publisher(endpoint), {
      code: "ADDRESS_IN_USE",
      endpoint,
      message: `Address already in use: ${endpoint}. Another socket, perhaps of another process, is bound there; stop it or choose another port`,
    });
    await using subscriber = new Subscriber(endpoint);
    await first.waitForSubscribers(1, { timeoutMs: 10_000 });
    await first.send(Buffer.from("still here"));
    assert.equal(String(await subscriber.recv({ timeoutMs: 10_000 })), "still here");
  });

  test("that is no address of this machine cannot be bound", () => {
    assert.throws(() => new Response("@tcp://192.0.2.1:5555"), {
      code: "BIND_FAILED",
      message: /192\.0\.2\.1:5555.*is one of this machine's/,
    });
  });

  test("@ binds and > connects, whatever is usual", async () => {
    await using subscriber = new Subscriber("@tcp://127.0.0.1:*");
    await using publisher = new Publisher(`>${subscriber.endpoints[0]}`);
    // A bound subscriber greets its publishers when it is read from.
    const received = subscriber.recv({ timeoutMs: 10_000 });
    await publisher.waitForSubscribers(1, { timeoutMs: 10_000 });
    await publisher.send(Buffer.from("turned round"));
    assert.equal(String(await received), "turned round");
  });

  test("over ipc and inproc works as over tcp", async () => {
    using folder = new TemporaryFolder();
    for (const endpoint of [`ipc://${folder.file("socket")}`, "inproc://dividere-test"]) {
      await using left = new Dealer(`@${endpoint}`);
      await using right = new Dealer(endpoint);
      await right.send(Buffer.from(endpoint));
      assert.equal(String((await left.recv({ timeoutMs: 10_000 })).message), endpoint);
    }
  });
});

describe("a closed address", () => {
  test("can be bound again at once", () => {
    let [endpoint] = ["tcp://127.0.0.1:*"];
    for (let round = 0; round < 50; round++) {
      const response = new Response(`@${endpoint}`);
      endpoint = response.endpoints[0] as string;
      response.close();
    }
  });
});
