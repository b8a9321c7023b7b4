import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { describe, test } from "node:test";
import {
  Dealer,
  generateKeyPair,
  loadKeyPair,
  loadPublicKey,
  Publisher,
  Request,
  Router,
  Subscriber,
  saveKeyPair,
} from "dividere/connection";
import { freePort } from "../support/ports.js";
import { noPython, PythonPeer } from "../support/python.js";
import { TemporaryFolder } from "../support/temporary-folder.js";
import { bytes, Echo, local, Seen, soon } from "./pairs.js";

/** Short enough for a test that several go to and fro while it runs. */
const HEARTBEAT_MS = 50;

/** Two key pairs in files, one that TypeScript made and one that pyzmq made. */
interface KeyFolder {
  readonly ours: string;
  readonly theirs: string;
  /** A folder with the public key of `theirs`, and one with that of `ours`. */
  readonly allowsTheirs: string;
  readonly allowsOurs: string;
}

async function makeKeyFolder(folder: TemporaryFolder, python: Python): Promise<KeyFolder> {
  const files = { ours: folder.file("ours/ours"), theirs: folder.file("theirs/theirs") };
  for (const path of Object.values(files)) mkdirSync(dirname(path), { recursive: true });
  saveKeyPair(generateKeyPair(), files.ours);
  await python.tell("made", "make_keys", { folder: dirname(files.theirs), name: "theirs" });
  return { ...files, allowsTheirs: dirname(files.theirs), allowsOurs: dirname(files.ours) };
}

/** The pyzmq peer. */
class Python implements AsyncDisposable {
  readonly #peer: PythonPeer;

  private constructor(peer: PythonPeer) {
    this.#peer = peer;
  }

  static async start(): Promise<Python> {
    return new Python(await PythonPeer.start("curve.py"));
  }

  async tell(
    done: string,
    command: string,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    this.#peer.tell(command, fields);
    return await this.#peer.next(done);
  }

  /** Opens a socket and gives its endpoint. */
  async open(name: string, fields: Readonly<Record<string, unknown>>): Promise<string> {
    const { endpoint } = await this.tell("opened", "open", { name, ...fields });
    return String(endpoint);
  }

  async send(name: string, ...frames: readonly Uint8Array[]): Promise<void> {
    const hex = frames.map((frame) => Buffer.from(frame).toString("hex"));
    await this.tell("sent", "send", { name, frames: hex });
  }

  async receive(name: string): Promise<Buffer[]> {
    const { frames } = await this.tell("received", "receive", { name });
    return (frames as string[]).map((frame) => Buffer.from(frame, "hex"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#peer.close();
  }
}

const skip = await noPython();

describe("CURVE with pyzmq", { skip }, () => {
  test("a Python client is served, with heartbeats, and comes back when the server restarts", async () => {
    using folder = new TemporaryFolder();
    await using python = await Python.start();
    const { ours, theirs, allowsTheirs } = await makeKeyFolder(folder, python);
    const security = { keys: loadKeyPair(ours), allow: { folder: allowsTheirs } };
    const heartbeat = { intervalMs: HEARTBEAT_MS, timeoutMs: 40 * HEARTBEAT_MS };
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    const first = new Echo({ security, heartbeat }, `@${endpoint}`);
    await python.open("dealer", {
      type: "DEALER",
      keys: `${theirs}.key_secret`,
      server: `${ours}.key`,
      connect: endpoint,
      heartbeat: HEARTBEAT_MS,
    });
    await first.seen.next("connected");
    await python.send("dealer", bytes("one"));
    assert.deepEqual((await python.receive("dealer")).map(String), ["one"]);
    first.router.close();
    await using second = new Echo({ security, heartbeat }, `@${endpoint}`);
    await second.seen.next("connected");
    await new Promise((resolve) => setTimeout(resolve, 4 * HEARTBEAT_MS));
    await python.send("dealer", bytes("two"));
    assert.deepEqual((await python.receive("dealer")).map(String), ["two"]);
    assert.ok(!second.seen.events.some(({ type }) => type === "disconnected"));
  });

  test("a Python server that reads our key files lets us in, with heartbeats, and again when it restarts", async () => {
    using folder = new TemporaryFolder();
    await using python = await Python.start();
    const { ours, theirs, allowsOurs } = await makeKeyFolder(folder, python);
    const security = { keys: loadKeyPair(ours), servers: loadPublicKey(theirs) };
    const server = {
      type: "REP",
      keys: `${theirs}.key_secret`,
      allow: allowsOurs,
      heartbeat: HEARTBEAT_MS,
    };
    const endpoint = await python.open("rep", { ...server, bind: local });
    const seen = new Seen();
    await using request = new Request(endpoint, { security, onStatus: seen.note });
    for (const text of ["one", "two"]) {
      await request.send(bytes(text), soon);
      assert.deepEqual((await python.receive("rep")).map(String), [text]);
      await python.send("rep", bytes(`${text} answered`));
      assert.equal(String(await request.recv(soon)), `${text} answered`);
      if (text === "two") break;
      assert.ok(!seen.events.some(({ type }) => type === "disconnected"));
      await python.tell("closed", "close", { name: "rep" });
      await seen.next("disconnected");
      seen.clear();
      await python.open("rep", { ...server, bind: endpoint });
      await seen.next("connected");
    }
  });

  test("events go both ways", async () => {
    using folder = new TemporaryFolder();
    await using python = await Python.start();
    const { ours, theirs, allowsOurs, allowsTheirs } = await makeKeyFolder(folder, python);
    const keys = loadKeyPair(ours);
    const secret = `${theirs}.key_secret`;
    await using publisher = new Publisher(local, {
      security: { keys, allow: { folder: allowsTheirs } },
    });
    const [connect] = publisher.endpoints;
    await python.open("sub", { type: "SUB", keys: secret, server: `${ours}.key`, connect });
    await publisher.waitForSubscribers(1, soon);
    await publisher.send(bytes("news"));
    assert.deepEqual((await python.receive("sub")).map(String), ["news"]);

    const endpoint = await python.open("pub", {
      type: "XPUB",
      keys: secret,
      allow: allowsOurs,
      bind: local,
    });
    await using subscriber = new Subscriber(endpoint, {
      security: { keys, servers: loadPublicKey(theirs) },
    });
    const received = subscriber.recv(soon);
    assert.deepEqual(
      (await python.receive("pub")).map((frame) => [...frame]),
      [[1]],
    );
    await python.send("pub", bytes("more news"));
    assert.equal(String(await received), "more news");
  });

  test("a key that is unknown is refused in both directions", async () => {
    using folder = new TemporaryFolder();
    await using python = await Python.start();
    const { ours, theirs, allowsOurs } = await makeKeyFolder(folder, python);
    const stranger = generateKeyPair();
    await using echo = new Echo({
      security: { keys: loadKeyPair(ours), allow: [stranger.publicKey] },
    });
    await python.open("dealer", {
      type: "DEALER",
      keys: `${theirs}.key_secret`,
      server: `${ours}.key`,
      connect: echo.endpoint,
    });
    const { publicKey } = await echo.seen.refused("KEY_REFUSED");
    assert.equal(publicKey, loadPublicKey(theirs));

    const endpoint = await python.open("router", {
      type: "ROUTER",
      keys: `${theirs}.key_secret`,
      allow: allowsOurs,
      bind: local,
    });
    const seen = new Seen();
    await using _dealer = new Dealer(endpoint, {
      security: { keys: stranger, servers: loadPublicKey(theirs) },
      onStatus: seen.note,
    });
    await seen.refused("KEY_REFUSED");
  });

  test("an identity is handed over to the new connection of its owner", async () => {
    using folder = new TemporaryFolder();
    await using python = await Python.start();
    const { ours, theirs, allowsOurs } = await makeKeyFolder(folder, python);
    const endpoint = await python.open("router", {
      type: "ROUTER",
      keys: `${theirs}.key_secret`,
      allow: allowsOurs,
      bind: local,
      handover: true,
    });
    const security = { keys: loadKeyPair(ours), servers: loadPublicKey(theirs) };
    await using before = new Dealer(endpoint, { security, identity: "me" });
    await before.send(bytes("before"), soon);
    assert.deepEqual((await python.receive("router")).map(String), ["me", "before"]);
    await using after = new Dealer(endpoint, { security, identity: "me" });
    await after.send(bytes("after"), soon);
    assert.deepEqual((await python.receive("router")).map(String), ["me", "after"]);
    await python.send("router", bytes("me"), bytes("hello"));
    assert.equal(String((await after.recv(soon)).message), "hello");
  });

  test("Python's own identity reaches a router of ours", async () => {
    using folder = new TemporaryFolder();
    await using python = await Python.start();
    const { ours, theirs, allowsTheirs } = await makeKeyFolder(folder, python);
    await using router = new Router(local, {
      security: { keys: loadKeyPair(ours), allow: { folder: allowsTheirs } },
    });
    await python.open("dealer", {
      type: "DEALER",
      keys: `${theirs}.key_secret`,
      server: `${ours}.key`,
      connect: router.endpoints[0],
      identity: "snake",
    });
    await python.send("dealer", bytes("x"));
    const { route } = await router.recv(soon);
    assert.deepEqual(route.map(String), ["snake"]);
  });
});
