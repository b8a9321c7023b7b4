import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import {
  Dealer,
  Publisher,
  type Security,
  Subscriber,
  setLogger,
  setLogLevel,
} from "dividere/connection";
import { GreeterRequest } from "../gen/plain_dividere.js";
import { until } from "../support/until.js";
import { ask, bytes, clientOf, Echo, local, makeKeys, seenDealer, soon } from "./pairs.js";

interface Line {
  readonly level: string;
  readonly message: string;
  readonly details: object;
}

/** Takes the log for as long as the test runs. */
function takeLog(): Line[] {
  const lines: Line[] = [];
  const at = (level: string) => (details: object, message: string) =>
    void lines.push({ level, message, details });
  setLogger({ error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") });
  setLogLevel("warn");
  return lines;
}

afterEach(() => {
  setLogger();
  setLogLevel("error");
});

describe("a client that is not let in", () => {
  const keys = makeKeys();
  const allow = [keys.client.publicKey];
  const server: Security = { keys: keys.server, allow };

  /** Each way not to come together, with what both ends and a caller are told. */
  const cases = [
    {
      what: "whose key the server does not know",
      server,
      client: { keys: keys.stranger, servers: keys.server.publicKey },
      code: "KEY_REFUSED",
      client_:
        /the server refused this client's public key .{40}; have it added to the server's allow-list/,
      server_:
        /a client at 127\.0\.0\.1 with the public key .{40} was refused: the key is not in the allow-list/,
    },
    {
      what: "that was given another key than the server's",
      server,
      client: { keys: keys.client, servers: keys.stranger.publicKey },
      code: "SERVER_KEY_WRONG",
      client_: /the server ended the handshake, most likely because its public key is not .{40}/,
      server_: /a client was refused that was given another public key of this server than .{40}/,
    },
    {
      what: "that is plain, at a secured server",
      server,
      client: undefined,
      code: "SECURITY_MISMATCH",
      client_:
        /the server speaks CURVE and this client does not; give the client the option security/,
      server_: /a client that does not speak CURVE was refused/,
    },
    {
      what: "that is secured, at a plain server",
      server: undefined,
      client: { keys: keys.client, servers: keys.server.publicKey },
      code: "SECURITY_MISMATCH",
      client_: /the server does not speak CURVE; give it the option security, or see whether/,
      server_: /a client that speaks CURVE was refused: this server does not/,
    },
  ];

  for (const { what, server: atServer, client: atClient, code, client_, server_ } of cases) {
    test(`${what}: both ends are told, the call names it, the log has a line for each`, async () => {
      const lines = takeLog();
      await using echo = new Echo(atServer && { security: atServer });
      const { dealer, seen } = seenDealer(echo.endpoint, atClient && { security: atClient });
      await using _dealer = dealer;
      const atClientEnd = await seen.refused(code);
      const atServerEnd = await echo.seen.refused(code);
      assert.match(atClientEnd.error.message, client_);
      assert.match(atServerEnd.error.message, server_);
      assert.ok(atClientEnd.error.message.startsWith(echo.endpoint));
      await assert.rejects(dealer.recv({ timeoutMs: 1 }), { code: "TIMEOUT", message: client_ });

      await using greeter = new GreeterRequest(echo.endpoint, {
        ...(atClient && { security: atClient }),
      });
      await assert.rejects(greeter.reverse({ field1: "x" }, { timeoutMs: 1_000 }), {
        code: "TIMEOUT",
        message: client_,
      });
      // By then both clients have knocked again.
      const attempts = (): number =>
        echo.router.refusals.reduce((sum, { count }) => sum + count, 0);
      await until(() => attempts() >= 4, "more attempts");
      const text = JSON.stringify(lines);
      for (const [level, expected, count] of [
        ["warn", server_, 1],
        ["error", client_, 2],
      ] as const) {
        const found = lines.filter((line) => line.level === level && expected.test(line.message));
        assert.equal(found.length, count, text);
      }
      for (const pair of Object.values(keys)) assert.ok(!text.includes(pair.revealSecretKey()));
    });
  }

  test("is counted by its key and address", async () => {
    await using echo = new Echo({ security: server });
    const { dealer, seen } = seenDealer(echo.endpoint, clientOf(keys.server, keys.stranger));
    await using _dealer = dealer;
    await seen.refused("KEY_REFUSED");
    await until(() => (echo.router.refusals[0]?.count ?? 0) >= 2, "a second attempt");
    const [{ count: _, ...peer } = { count: 0 }, ...others] = echo.router.refusals;
    assert.deepEqual(others, []);
    assert.deepEqual(peer, {
      reason: "auth",
      endpoint: echo.endpoint,
      publicKey: keys.stranger.publicKey,
      address: "127.0.0.1",
    });
  });

  test("comes in once its server is secured the same way", async () => {
    const plain = new Echo();
    const { dealer, seen } = seenDealer(plain.endpoint, clientOf(keys.server, keys.client));
    await using _dealer = dealer;
    await seen.refused("SECURITY_MISMATCH");
    plain.router.close();
    await using _echo = new Echo({ security: server }, `@${plain.endpoint}`);
    await seen.next("connected");
    assert.equal(await ask(dealer, "x"), "x");
  });

  test("is why a publisher waits in vain for its subscriber", async () => {
    await using publisher = new Publisher(local, { security: server });
    await using subscriber = new Subscriber(
      publisher.endpoints,
      clientOf(keys.server, keys.stranger),
    );
    await until(() => subscriber.refusals.length > 0, "the refusal");
    await assert.rejects(publisher.waitForSubscribers(1, { timeoutMs: 1 }), {
      code: "TIMEOUT",
      message: /it has 0; .*refused/,
    });
    await assert.rejects(subscriber.recv({ timeoutMs: 1 }), {
      code: "TIMEOUT",
      message: /the server refused this client's public key/,
    });
  });
});

describe("the option security", () => {
  const keys = makeKeys();

  test("is refused where it lacks what an endpoint needs", () => {
    const throws = (endpoint: string, security: unknown, code: string, message: RegExp): void => {
      assert.throws(() => new Dealer(endpoint, { security: security as Security }), {
        code,
        message,
      });
    };
    const pair = keys.client;
    throws(
      local,
      { keys: pair },
      "SECURITY_INVALID",
      /127\.0\.0\.1:\* cannot be secured: it binds, .*"allow"/,
    );
    throws("tcp://localhost:1", { keys: pair }, "SECURITY_INVALID", /it connects, .*"servers"/);
    throws("tcp://localhost:1", { servers: "" }, "SECURITY_INVALID", /has no keys/);
    throws("tcp://localhost:1", { keys: pair, servers: "abc" }, "KEY_INVALID", /has 3 characters/);
    throws(local, { keys: pair, allow: ["abc"] }, "KEY_INVALID", /Key 1 of the list "allow"/);
    throws(local, { keys: pair, allow: { folder: "/none" } }, "KEY_FILE_FAILED", /\/none/);
    throws(
      "tcp://localhost:1",
      { keys: pair, servers: { "tcp://localhost:2": keys.server.publicKey } },
      "SECURITY_INVALID",
      /no entry "tcp:\/\/localhost:1"/,
    );
    throws("@inproc://a", { keys: pair, allow: [] }, "SECURITY_INVALID", /inproc stays inside/);
    assert.throws(() => new Dealer(local, { security: null as unknown as Security }));
  });

  test("has a key for each endpoint that one socket connects to, without a warning", async () => {
    const warnings: Error[] = [];
    const warn = (warning: Error): void => void warnings.push(warning);
    process.on("warning", warn);
    const other = makeKeys();
    const allow = [keys.client.publicKey];
    await using one = new Publisher(local, { security: { keys: keys.server, allow } });
    await using two = new Publisher(local, { security: { keys: other.server, allow } });
    const [first = "", second = ""] = [...one.endpoints, ...two.endpoints];
    await using subscriber = new Subscriber([first, second], {
      security: {
        keys: keys.client,
        servers: { [first]: keys.server.publicKey, [second]: other.server.publicKey },
      },
    });
    for (const publisher of [one, two]) {
      await publisher.waitForSubscribers(1, soon);
      await publisher.send(bytes("news"));
      assert.equal(String(await subscriber.recv(soon)), "news");
    }
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", warn);
    assert.deepEqual(warnings, []);
  });

  test("serves a socket that binds one endpoint and connects to another", async () => {
    const allow = [keys.client.publicKey];
    await using far = new Dealer(local, { security: { keys: keys.server, allow } });
    await using middle = new Dealer([local, `>${far.endpoints[0]}`], {
      security: {
        keys: keys.client,
        servers: keys.server.publicKey,
        allow: [keys.server.publicKey],
      },
    });
    await using near = new Dealer(middle.endpoints[0] ?? "", {
      security: { keys: keys.server, servers: keys.client.publicKey },
    });
    await far.send(bytes("far"));
    await near.send(bytes("near"));
    const got = [await middle.recv(soon), await middle.recv(soon)];
    assert.deepEqual(got.map(({ message }) => String(message)).sort(), ["far", "near"]);
    assert.ok(middle.secured && far.secured);
  });
});
