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
const endsMs = 60_000;

const env = { PYTHON: python, MONITOR_PORT: "0" };

/** Starts the example, and waits for the line that names its processes. */
async function start(env: Readonly<Record<string, string>>) {
  const lines: string[] = [];
  let look = (): void => {};
  const child = new Child("node", ["--import=tsx", "main.ts"], { cwd, env }, (line) => {
    lines.push(line);
    look();
  });
  /** Waits for so many lines of that form, and gives the last of them. */
  const line = (form: RegExp, count = 1): Promise<RegExpExecArray> => {
    const arrival = new Promise<RegExpExecArray>((resolve, reject) => {
      look = () => {
        const matches = lines.map((each) => form.exec(each)).filter((each) => each !== null);
        const [last] = matches.slice(count - 1);
        if (last !== undefined) resolve(last);
      };
      look();
      child.ended.then(() => reject(new Error(child.describe())), reject);
    });
    return within(arrival, () => `${form} from ${child.describe()}`, 60_000);
  };
  const [started] = await line(/^started .*/);
  const pids = [...started.matchAll(/\((\d+)\)/g)].map(([, pid]) => Number(pid));
  return { child, pids, line };
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
    const { child, pids, line } = await start({ ...env, REGISTRY: registry, EVENTS: events });
    await using _child = child;
    assert.equal(pids.length, 7);
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

    const [, url = ""] = await line(/^monitor {2}│ Monitor at (http:\S+)$/);
    const page = await fetch(url);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<title>/);
    const metrics = await (await fetch(new URL("metrics", url))).text();
    assert.match(metrics, /^dividere_up\{service="orders",.*\} 1$/m);
    // Longer than the lease of a service, so that all are known to be renewed.
    const [, failed] = await line(/^load {5}│ \d+ orders placed, \d+ refused, (\d+) failed$/, 3);
    assert.equal(failed, "0", child.describe());

    child.kill("SIGINT");
    const { status, stderr } = await within(child.ended, () => child.describe(), endsMs);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    assert.deepEqual(pids.filter(isAlive), []);
    assert.equal(await isTaken(registryPort), false);
  });

  test("ends as a whole when one of its processes does", async () => {
    const registry = `tcp://127.0.0.1:${await freePortAndNext()}`;
    const events = `tcp://127.0.0.1:${await freePort()}`;
    const { child, pids } = await start({ ...env, REGISTRY: registry, EVENTS: events });
    await using _child = child;
    process.kill(pids[3] ?? 0, "SIGKILL");
    const { status } = await within(child.ended, () => child.describe(), endsMs);
    assert.equal(status, 1);
    assert.deepEqual(pids.filter(isAlive), []);
  });
});
