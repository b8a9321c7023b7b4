import assert from "node:assert/strict";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, test } from "node:test";
import { OrderNewsSubscriber, OrdersRequest } from "../../examples/fleet/gen/services_dividere.js";
import { Child, root } from "../support/child.js";
import { freePort, freePortAndNext } from "../support/ports.js";
import { noPython, python } from "../support/python.js";
import { within } from "../support/within.js";

const cwd = join(root, "examples", "fleet");
const startedMs = 60_000;

/** Starts the example, and waits for the line that names its processes. */
async function start(env: Readonly<Record<string, string>>) {
  let started = (_pids: number[]): void => {};
  const pids = new Promise<number[]>((resolve) => {
    started = resolve;
  });
  const child = new Child("node", ["--import=tsx", "main.ts"], { cwd, env }, (line) => {
    if (line.startsWith("started "))
      started([...line.matchAll(/\((\d+)\)/g)].map(([, pid]) => Number(pid)));
  });
  const early = child.ended.then(() => assert.fail(child.describe()));
  early.catch(() => {});
  const processes = within(Promise.race([pids, early]), () => child.describe(), startedMs);
  return { child, pids: await processes };
}

/** Whether a process is there. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Whether something listens on a port of this machine. */
function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

describe("the example fleet", { skip: await noPython() }, () => {
  test("serves orders from three services in two languages, and leaves nothing behind", async () => {
    const registryPort = await freePortAndNext();
    const registry = `tcp://127.0.0.1:${registryPort}`;
    const events = `tcp://127.0.0.1:${await freePort()}`;
    const { child, pids } = await start({ REGISTRY: registry, EVENTS: events, PYTHON: python });
    await using _child = child;
    assert.equal(pids.length, 6);
    assert.deepEqual(
      pids.map(isAlive),
      pids.map(() => true),
    );

    await using orders = await OrdersRequest.lookup({ registry });
    const soon = { timeoutMs: 10_000 };
    const receipt = await orders.place({ item: "tea", count: 2, country: "SE" }, soon);
    assert.equal(receipt.cents, 1_125, "two teas and a quarter of tax");
    await assert.rejects(orders.place({ item: "nectar", count: 1, country: "SE" }, soon), {
      status: "NOT_FOUND",
    });
    await assert.rejects(orders.place({ item: "tea", count: 1, country: "XX" }, soon), {
      status: "REFUSED",
    });
    await using news = new OrderNewsSubscriber(events);
    const { number } = await news.recv(soon);
    assert.ok(number > receipt.number);

    child.kill("SIGINT");
    const { status, stderr } = await within(child.ended, () => child.describe(), startedMs);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    assert.deepEqual(pids.filter(isAlive), []);
    assert.equal(await isTaken(registryPort), false);
  });

  test("ends as a whole when one of its processes does", async () => {
    const registry = `tcp://127.0.0.1:${await freePortAndNext()}`;
    const events = `tcp://127.0.0.1:${await freePort()}`;
    const { child, pids } = await start({ REGISTRY: registry, EVENTS: events, PYTHON: python });
    await using _child = child;
    process.kill(pids[3] ?? 0, "SIGKILL");
    const { status } = await within(child.ended, () => child.describe(), startedMs);
    assert.equal(status, 1);
    assert.deepEqual(pids.filter(isAlive), []);
  });
});
