import assert from "node:assert/strict";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { generateKeyPair } from "dividere/connection";
import { Context, Router as RouterSocket } from "zeromq";
import { Guard } from "../../runtime/src/connection/security/guard.js";
import { securedContext } from "../../runtime/src/connection/security/zap.js";
import { root } from "../support/child.js";
import { TemporaryFolder } from "../support/temporary-folder.js";
import { until } from "../support/until.js";
import { ask, clientOf, Echo, type Keys, makeKeys, seenDealer } from "./pairs.js";

/** Where libzmq asks whom to let in. */
const zap = "inproc://zeromq.zap.01";

/** A handshake that nobody decides on is ended by libzmq after so long. */
const HANDSHAKE_MS = 1_000;

/** A socket that is secured by hand, so that the handler can be taken from it. */
function securedSocket(keys: Keys, context?: Context): { socket: RouterSocket; guard: Guard } {
  const endpoint = {
    text: "tcp://127.0.0.1:*",
    address: "tcp://127.0.0.1:*",
    mode: "bind",
  } as const;
  const security = { keys: keys.server, allow: [keys.client.publicKey] };
  const guard = new Guard(security, [endpoint], { refused: () => {}, revoked: () => {} });
  const socket = new RouterSocket({
    linger: 0,
    handshakeInterval: HANDSHAKE_MS,
    ...(context && { context }),
  });
  guard.prepare(socket, endpoint);
  socket.bindSync(endpoint.address);
  return { socket, guard };
}

/**
 * A key that the server knows, and one that it does not, both come to nothing: libzmq reports that it
 * can ask nobody, or ends the handshake when its time is up.
 */
async function letsNobodyIn(socket: RouterSocket, keys: Keys): Promise<void> {
  const reports: string[] = [];
  socket.events.on("handshake:error:other", ({ error }) => reports.push(String(error.code)));
  socket.events.on("handshake", () => reports.push("let in"));
  for (const pair of [keys.client, keys.stranger]) {
    reports.length = 0;
    const { dealer, seen } = seenDealer(socket.lastEndpoint ?? "", clientOf(keys.server, pair));
    await using _dealer = dealer;
    await until(
      () => reports.length > 0 || seen.events.some(({ type }) => type === "disconnected"),
      "the end of a handshake",
    );
    assert.ok(!reports.includes("let in"), String(reports));
    assert.ok(!seen.events.some(({ type }) => type === "connected"));
  }
}

/** A handler that lets everybody in. */
function careless(context?: Context): RouterSocket {
  const handler = new RouterSocket({ linger: 0, ...(context && { context }) });
  handler.bindSync(zap);
  void (async () => {
    for await (const frames of handler) {
      const id = frames.findIndex((frame) => frame.length === 0) + 3;
      await handler.send([...frames.slice(0, id), "200", "OK", "", ""]);
    }
  })();
  return handler;
}

describe("a secured server lets nobody in", () => {
  test("whose key is not in its allow-list", async () => {
    const keys = makeKeys();
    await using echo = new Echo({
      security: { keys: keys.server, allow: [keys.client.publicKey] },
    });
    const known = seenDealer(echo.endpoint, clientOf(keys.server, keys.client));
    await using _known = known.dealer;
    assert.equal(await ask(known.dealer, "x"), "x");
    const unknown = seenDealer(echo.endpoint, clientOf(keys.server, keys.stranger));
    await using _unknown = unknown.dealer;
    await unknown.seen.refused("KEY_REFUSED");
    assert.ok(!unknown.seen.events.some(({ type }) => type === "connected"));
  });

  test("with an allow-list that is empty, throws or promises", async () => {
    const keys = makeKeys();
    for (const allows of [
      () => false,
      () => {
        throw new Error("the database is away");
      },
      () => Promise.resolve(true) as unknown as boolean,
    ]) {
      const allow = { allows, onChange: () => () => {} };
      await using echo = new Echo({ security: { keys: keys.server, allow } });
      const { dealer, seen } = seenDealer(echo.endpoint, clientOf(keys.server, keys.client));
      await using _dealer = dealer;
      await seen.refused("KEY_REFUSED");
    }
  });

  test("while no handler is bound", async () => {
    const keys = makeKeys();
    const { socket, guard } = securedSocket(keys, new Context());
    await letsNobodyIn(socket, keys);
    guard.close();
    socket.close();
  });

  test("while the handler is in another context", async () => {
    const keys = makeKeys();
    const { socket, guard } = securedSocket(keys);
    await letsNobodyIn(socket, keys);
    guard.close();
    socket.close();
  });

  test("after the handler has closed", async () => {
    const keys = makeKeys();
    const { socket, guard } = securedSocket(keys, securedContext());
    const before = seenDealer(socket.lastEndpoint ?? "", clientOf(keys.server, keys.client));
    await before.seen.next("connected");
    before.dealer.close();
    guard.close();
    await letsNobodyIn(socket, keys);
    socket.close();
  });

  test("while another library's handler, which lets everybody in, is in the default context", async () => {
    const handler = careless();
    const keys = makeKeys();
    const { socket, guard } = securedSocket(keys, securedContext());
    const known = seenDealer(socket.lastEndpoint ?? "", clientOf(keys.server, keys.client));
    await known.seen.next("connected");
    known.dealer.close();
    const unknown = seenDealer(socket.lastEndpoint ?? "", clientOf(keys.server, keys.stranger));
    await unknown.seen.refused("KEY_REFUSED");
    unknown.dealer.close();
    guard.close();
    socket.close();
    handler.close();
  });

  test("of another copy of this package, and the two copies do not disturb each other", async () => {
    using folder = new TemporaryFolder();
    cpSync(join(root, "runtime/dist"), folder.file("dist"), { recursive: true });
    writeFileSync(folder.file("package.json"), '{ "type": "module" }');
    mkdirSync(folder.file("node_modules/@bufbuild"), { recursive: true });
    for (const name of ["zeromq", "@bufbuild/protobuf"]) {
      symlinkSync(join(root, "node_modules", name), folder.file(`node_modules/${name}`));
    }
    const copy: typeof import("dividere/connection") = await import(
      pathToFileURL(folder.file("dist/connection/index.js")).href
    );
    assert.notEqual(copy.Router, (await import("dividere/connection")).Router);
    const keys = makeKeys();
    const stranger = generateKeyPair();
    await using echo = new Echo({
      security: { keys: keys.server, allow: [keys.client.publicKey] },
    });
    await using other = new copy.Router("tcp://127.0.0.1:*", {
      security: { keys: keys.server, allow: [stranger.publicKey] },
    });
    const [otherEndpoint = ""] = other.endpoints;
    for (const [endpoint, known, unknown] of [
      [echo.endpoint, keys.client, stranger],
      [otherEndpoint, stranger, keys.client],
    ] as const) {
      const right = seenDealer(endpoint, clientOf(keys.server, known));
      await right.seen.next("connected");
      right.dealer.close();
      const wrong = seenDealer(endpoint, clientOf(keys.server, unknown));
      await wrong.seen.refused("KEY_REFUSED");
      wrong.dealer.close();
    }
  });
});
