import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Dealer, Publisher, Response, Router, Subscriber } from "dividere/connection";
import { TemporaryFolder } from "../../support/temporary-folder.js";
import { dividere, done, failed } from "../support/dividere.js";
import { serveAll } from "../support/services.js";

interface Diagnosis {
  readonly verdict: string;
  readonly next?: string;
  readonly checks: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly text: string;
  }[];
}

async function diagnosis(
  exitCode: number,
  endpoint: string,
  ...more: string[]
): Promise<Diagnosis> {
  const { status, stdout, stderr } = await dividere(["doctor", endpoint, "--json", ...more]);
  assert.equal(status, exitCode, stdout + stderr);
  return JSON.parse(stdout);
}

/** Finds the last thing that was looked at. */
function last({ checks }: Diagnosis): string {
  const { name = "", ok, text } = checks.at(-1) ?? {};
  return `${ok === true ? "ok" : "FAIL"} ${name} ${text}`;
}

/** Listens on a port, and greets each client in its own way. */
async function foreigner(
  greet: (socket: Socket) => void,
): Promise<{ readonly endpoint: string } & AsyncDisposable> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket.on("error", () => {}));
    greet(socket);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `tcp://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await once(server.close(), "close");
    },
  };
}

describe("dividere doctor", () => {
  test("finds a service, with its runtime and what it serves", async () => {
    await using services = serveAll();
    const endpoint = services.endpoints[0] ?? "";
    const found = await diagnosis(0, endpoint);
    assert.equal(found.verdict, "service");
    assert.equal(last(found), "ok services Greeter, Log, Files, Chat");
    assert.ok(found.checks.some(({ text }) => text.startsWith("dividere-typescript/")));
    assert.equal(found.next, `dividere describe ${endpoint}`);
    const lines = await done(["doctor", endpoint]);
    assert.deepEqual(lines.slice(0, 4), [
      `ok   reachable  ${endpoint}`,
      "ok   zeromq     ZMTP 3.1",
      "ok   security   none: NULL",
      "ok   socket     ROUTER: answers requests",
    ]);
  });

  test("finds a publisher", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*");
    const found = await diagnosis(0, publisher.endpoints[0] ?? "");
    assert.deepEqual(
      [found.verdict, last(found)],
      ["publisher", "ok socket XPUB: publishes events"],
    );
  });

  test("finds a plain peer, and sends it nothing", async () => {
    await using response = new Response("@tcp://127.0.0.1:*");
    const found = await diagnosis(0, response.endpoints[0] ?? "");
    assert.equal(found.verdict, "plain");
    assert.match(last(found), /^ok socket REP: a plain peer/);
    assert.equal(await response.wait(0), false);
  });

  test("finds a service that does not tell, or is not asked", async () => {
    await using services = serveAll(undefined, { introspection: false });
    const endpoint = services.endpoints[0] ?? "";
    const silent = await diagnosis(0, endpoint);
    assert.equal(silent.verdict, "silent-service");
    assert.match(last(silent), /^ok services it does not tell/);
    await using router = new Router("tcp://127.0.0.1:*");
    await diagnosis(0, router.endpoints[0] ?? "", "--handshake-only");
    assert.equal(await router.wait(0), false);
  });

  test("finds sockets of the wrong type", async () => {
    await using subscriber = new Subscriber("@tcp://127.0.0.1:*");
    const sub = await diagnosis(1, subscriber.endpoints[0] ?? "");
    assert.deepEqual(
      [sub.verdict, last(sub)],
      ["wrong-socket", "FAIL socket SUB: waits for publishers to connect"],
    );
    assert.match(sub.next ?? "", /^dividere pub '>tcp:/);
    await using dealer = new Dealer("@tcp://127.0.0.1:*");
    assert.match(last(await diagnosis(1, dealer.endpoints[0] ?? "")), /^FAIL socket DEALER/);
  });

  test("finds nothing, a stranger, and a program that keeps silent", async () => {
    const nothing = await diagnosis(4, "tcp://127.0.0.1:1");
    assert.deepEqual(
      [nothing.verdict, last(nothing)],
      ["nothing", "FAIL reachable nothing listens there"],
    );
    await using stranger = await foreigner((socket) => socket.write("SSH-2.0-OpenSSH\r\n"));
    const foreign = await diagnosis(1, stranger.endpoint);
    assert.equal(foreign.verdict, "foreign");
    assert.match(last(foreign), /it sent "SSH-2.0-OpenSSH/);
    await using silent = await foreigner(() => {});
    assert.equal((await diagnosis(4, silent.endpoint)).verdict, "not-answering");
    await using rude = await foreigner((socket) => socket.end());
    assert.equal((await diagnosis(4, rude.endpoint)).verdict, "not-answering");
  });

  test("looks at ipc endpoints, and refuses those that cannot be connected to", {
    skip: process.platform === "win32" && "Windows has no ipc",
  }, async () => {
    using folder = new TemporaryFolder();
    const endpoint = `ipc://${join(folder.path, "socket")}`;
    assert.match(last(await diagnosis(4, endpoint)), /there is no such socket file/);
    await using services = serveAll(endpoint);
    assert.equal((await diagnosis(0, endpoint)).verdict, "service");
    await services.stop();
    assert.match((await failed(2, ["doctor", "inproc://here"])).message, /inside of their process/);
    assert.match((await failed(2, ["doctor", "tcp://*:5555"])).message, /a socket that binds/);
    assert.match(
      (await failed(2, ["doctor", "http://localhost:1"])).message,
      /not of the form tcp:/,
    );
  });
});
