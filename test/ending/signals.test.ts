import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { LoadBalancing } from "dividere/messaging";
import { RegistryClient, RegistryServer } from "dividere/registry";
import { Msg01 } from "../gen/plain.js";
import { GreeterRequest } from "../gen/plain_dividere.js";
import { Desk, isAlive } from "../messaging/farm/mp-farm.js";
import { Greeter, moment, soon } from "../messaging/reactor/greeter.js";
import { Child } from "../support/child.js";
import { freePort } from "../support/ports.js";
import { within } from "../support/within.js";

const anywhere = "tcp://127.0.0.1:*";
const program = join(import.meta.dirname, "program.ts");

/** Starts the program; the function gives the rest of the line that begins with a word. */
function start(...args: string[]) {
  const lines: string[] = [];
  let look = (): void => {};
  const child = new Child("node", ["--import=tsx", program, ...args], {}, (line) => {
    lines.push(line);
    look();
  });
  const line = (word: string): Promise<string> => {
    const found = new Promise<string>((resolve) => {
      look = () => {
        const match = lines.find((each) => each.startsWith(word));
        if (match !== undefined) resolve(match.slice(word.length + 1));
      };
      look();
    });
    return within(found, () => `"${word}" from ${child.describe()}`);
  };
  return { child, line };
}

async function endsInOrder(child: Child): Promise<void> {
  const { status, stdout, stderr } = await within(child.ended, () => child.describe());
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /^stopped$/m);
}

/** Fulfilled when the server refuses requests, which shows that it has got the signal. */
async function refuses(greeter: GreeterRequest): Promise<void> {
  for (;;) {
    const late = await greeter
      .reverse({ field1: "late" }, { timeoutMs: 500 })
      .catch((error) => error);
    if (late.status === "STOPPING") return;
    // One that came before the signal waits for its turn.
    assert.equal(late.code, "TIMEOUT");
  }
}

describe("SIGTERM", () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    test(`${signal} unregisters a service and ends it with 0`, async () => {
      await using registry = new RegistryServer({ endpoint: anywhere });
      const { endpoint, eventsEndpoint } = registry;
      const { child, line } = start("service", endpoint, eventsEndpoint, `${await freePort()}`);
      await using _child = child;
      await line("ready");
      await using client = new RegistryClient(endpoint);
      assert.notEqual(await client.lookup("greeter", soon), undefined);
      child.kill(signal);
      await endsInOrder(child);
      assert.equal(await client.lookup("greeter", soon), undefined);
    });
  }

  test("lets a service answer the request in hand, when it is not listed any more", async () => {
    await using registry = new RegistryServer({ endpoint: anywhere });
    const { endpoint, eventsEndpoint } = registry;
    const { child, line } = start("service", endpoint, eventsEndpoint, `${await freePort()}`);
    await using _child = child;
    await line("ready");
    await using greeter = await GreeterRequest.lookup({ registry: endpoint });
    const call = greeter.reverse({ field1: "hello" }, soon);
    await line("begun");
    child.kill("SIGTERM");
    assert.equal((await call).field1, "olleh");
    await endsInOrder(child);
    await using client = new RegistryClient(endpoint);
    assert.equal(await client.lookup("greeter", soon), undefined);
  });

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    test(`${signal} lets worker processes answer what they have in hand, also where they get it too`, async () => {
      await using desk = new Desk();
      const { child, line } = start("farm");
      await using _child = child;
      const endpoint = await line("ready");
      await using greeter = new GreeterRequest(endpoint, { timeoutMs: 60_000 });
      const pid = Number((await greeter.reverse({ field1: "pid" })).field1);
      const call = greeter.reverse({ field1: `hold ${desk.endpoint}` });
      const held = await desk.held();
      process.kill(pid, signal);
      child.kill(signal);
      await refuses(greeter);
      await held.release("finished");
      assert.equal((await call).field1, "finished");
      await endsInOrder(child);
      assert.equal(isAlive(pid), false);
    });

    for (const what of ["broker", "proxy", "registry", "farm"])
      test(`${signal} ends an idle ${what} with 0`, async () => {
        const { child, line } = start(what);
        await using _child = child;
        await line("ready");
        child.kill(signal);
        await endsInOrder(child);
      });
  }

  test("lets a broker return the answers that its servers work on", async () => {
    const { child, line } = start("broker");
    await using _child = child;
    const [frontend = "", backend = ""] = (await line("ready")).split(" ");
    const begun = moment();
    const mayEnd = moment();
    class Held extends Greeter {
      override async handleMsg01(msg: Msg01): Promise<Msg01> {
        begun.happen();
        await mayEnd.happened;
        return msg;
      }
    }
    await using _server = new Held(new LoadBalancing.ServerLink(backend, [Msg01]));
    await using greeter = new GreeterRequest(frontend);
    const call = greeter.reverse({ field1: "in hand" }, soon);
    await begun.happened;
    child.kill("SIGTERM");
    await refuses(greeter);
    mayEnd.happen();
    assert.equal((await call).field1, "in hand");
    await endsInOrder(child);
  });
});
