// Peers that stop, come back under their name, send too much or stay silent while shaking hands.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Dealer, Router, type StatusEvent } from "dividere/connection";
import { Child } from "../support/child.js";
import { Lines } from "../support/lines.js";
import { freePort } from "../support/ports.js";
import { until } from "../support/until.js";
import { within } from "../support/within.js";

const soon = { timeoutMs: 10_000 };
const bytes = (text: string): Uint8Array => Buffer.from(text);
const program = join(import.meta.dirname, "programs", "router.ts");

/** The status events of a link, for a test to wait for. */
function watch(): {
  onStatus: (event: StatusEvent) => void;
  next: (type: string) => Promise<void>;
} {
  const lines = new Lines();
  return {
    onStatus: ({ type }) => lines.push(type),
    next: (type) => lines.next(type, 20_000),
  };
}

/** The socket's own settings. */
class Settings extends Dealer {
  get all(): readonly number[] {
    const { heartbeatInterval, heartbeatTimeout, heartbeatTimeToLive } = this.socket;
    const { maxMessageSize, handshakeInterval } = this.socket;
    return [
      heartbeatInterval,
      heartbeatTimeout,
      heartbeatTimeToLive,
      maxMessageSize,
      handshakeInterval,
    ];
  }
}

describe("limits and heartbeats", () => {
  test("are on by default, and can be set and switched off", () => {
    const endpoint = "tcp://127.0.0.1:1";
    const usual = new Settings(endpoint);
    const other = new Settings(endpoint, {
      heartbeat: { intervalMs: 500 },
      maxMessageSize: 1_000,
      handshakeTimeoutMs: 3_000,
    });
    const off = new Settings(endpoint, { heartbeat: false, maxMessageSize: -1 });
    assert.deepEqual(usual.all, [2_000, 6_000, 6_000, 134_217_728, 10_000]);
    assert.deepEqual(other.all, [500, 1_500, 1_500, 1_000, 3_000]);
    assert.deepEqual([off.all[0], off.all[3]], [0, -1]);
    for (const each of [usual, other, off]) each.close();
  });

  test("notice a peer that has stopped, and connect again when it goes on", async () => {
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    const lines = new Lines();
    await using child = new Child(
      process.execPath,
      ["--import=tsx", program, `@${endpoint}`],
      {},
      (line) => lines.push(line),
    );
    lines.follow(child);
    await lines.next("bound");
    const status = watch();
    await using _dealer = new Dealer(endpoint, {
      onStatus: status.onStatus,
      heartbeat: { intervalMs: 50, timeoutMs: 250 },
      handshakeTimeoutMs: 1_000,
    });
    await status.next("connected");
    child.kill("SIGSTOP");
    await status.next("disconnected");
    child.kill("SIGCONT");
    await status.next("connected");
  });

  test("disconnect a peer whose message is too large, and go on with the others", async () => {
    const status = watch();
    await using router = new Router("tcp://127.0.0.1:*", {
      maxMessageSize: 1_000,
      onStatus: status.onStatus,
    });
    await using greedy = new Dealer(router.endpoints);
    await greedy.send(new Uint8Array(2_000));
    await status.next("disconnected");
    await using modest = new Dealer(router.endpoints);
    await modest.send(bytes("small"));
    assert.equal(String((await router.recv(soon)).message), "small");
  });

  test("disconnect a stranger that never shakes hands", async () => {
    await using router = new Router("tcp://127.0.0.1:*", { handshakeTimeoutMs: 100 });
    const port = Number(router.endpoints[0]?.split(":").at(-1));
    const stranger = connect(port, "127.0.0.1").resume();
    await within(once(stranger, "close"), () => "the end of the stranger's connection");
  });
});

test("a router hands an identity over to the connection that came last", async () => {
  await using router = new Router("tcp://127.0.0.1:*");
  await using before = new Dealer(router.endpoints, { identity: "client" });
  await before.send(bytes("first"));
  await router.recv(soon);
  await using after = new Dealer(router.endpoints, { identity: "client" });
  await after.send(bytes("second"));
  const { route, message } = await router.recv(soon);
  assert.equal(String(message), "second");
  await router.send({ route, message: bytes("answer") });
  assert.equal(String((await after.recv(soon)).message), "answer");
});

test("a port on every interface is warned of once a process", async () => {
  const lines = new Lines();
  await using child = new Child(
    process.execPath,
    ["--import=tsx", program, "@tcp://0.0.0.0:*"],
    { env: { DIVIDERE_LOG: "connection=warn" } },
    (line) => lines.push(line),
  );
  lines.follow(child);
  await lines.next("bound");
  await until(() => child.describe().includes("dividere connection"), "the warning");
  assert.deepEqual(child.describe().match(/^dividere.*$/gm), [
    'dividere connection warn: bound to every network interface without CURVE: any machine that reaches @tcp://0.0.0.0:* can send to it; give the option security, or bind 127.0.0.1 for this machine alone {"endpoint":"@tcp://0.0.0.0:*"}',
  ]);
});
