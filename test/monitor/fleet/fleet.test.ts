import assert from "node:assert/strict";
import { test } from "node:test";
import { generateKeyPair, saveKeyPair } from "dividere/connection";
import { Response } from "dividere/messaging";
import { Fleet } from "../../../cli/dist/monitor/fleet/fleet.js";
import type { ClientKeyOptions } from "../../../cli/src/app/options.js";
import type {
  Directory,
  DirectoryEvent,
  Listed,
} from "../../../cli/src/monitor/fleet/directory.js";
import type { InstanceInfo, StreamMessage } from "../../../cli/src/monitor/protocol.js";
import { serveAll } from "../../cli/support/services.js";
import { Msg01 } from "../../gen/plain.js";
import { GreeterRequest } from "../../gen/plain_dividere.js";
import { freePort } from "../../support/ports.js";
import { TemporaryFolder } from "../../support/temporary-folder.js";
import { until } from "../../support/until.js";

const local = "tcp://127.0.0.1:*";

/** A fleet, and the messages that it has emitted. */
class Watched implements AsyncDisposable {
  readonly messages: StreamMessage[] = [];
  readonly fleet: Fleet;

  constructor(endpoints: readonly string[], directory?: Directory, keys: ClientKeyOptions = {}) {
    const options = { directory, endpoints, keys, intervalMs: 100 };
    this.fleet = new Fleet(options, (message) => this.messages.push(message));
    this.fleet.start();
  }

  get instances(): readonly InstanceInfo[] {
    return this.fleet.instances;
  }

  happened(what: string): boolean {
    return this.fleet.happenings.some((each) => each.what === what);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.fleet.close();
  }
}

test("a process that is replaced at its endpoint is lost, then back with new counters", async () => {
  const endpoint = `tcp://127.0.0.1:${await freePort()}`;
  const first = serveAll(endpoint);
  await using watched = new Watched([endpoint]);
  await using client = new GreeterRequest(endpoint, { timeoutMs: 10_000 });
  for (let count = 0; count < 50; count++) await client.reverse({ field1: "hello" });
  const started = (): number =>
    watched.fleet.history.last?.rpcs["greeter"]?.find(({ path }) => path === "Greeter/Reverse")
      ?.started ?? -1;
  await until(() => started() === 50, "50 calls");
  await first.stop();
  await until(() => watched.instances[0]?.state === "lost", "the loss");
  assert.ok(watched.happened("lost"));
  await using second = serveAll(endpoint);
  assert.deepEqual([...second.endpoints], [endpoint]);
  await until(() => watched.happened("restarted"), "the restart");
  await client.reverse({ field1: "hello" });
  await until(() => started() === 1, "1 call of the second process");
  // No interval has negative rates.
  for (const [, calls, errors] of watched.fleet.history.total) assert.ok(calls >= 0 && errors >= 0);
});

test("a plain REP service is never asked what it could not read", async () => {
  await using plain = new Response(local, [Msg01]);
  const [endpoint = ""] = plain.endpoints;
  await using watched = new Watched([endpoint]);
  await until(() => watched.instances[0]?.state === "silent", "the look at the endpoint");
  assert.match(watched.instances[0]?.reason ?? "", /REP/);
  assert.equal(plain.stats.received, 0);
});

test("a service whose introspection is switched off is shown as such", async () => {
  await using closed = serveAll(local, { introspection: false });
  const [endpoint = ""] = closed.endpoints;
  await using watched = new Watched([endpoint]);
  await until(() => watched.instances[0]?.state === "silent", "the refusal");
  assert.match(watched.instances[0]?.reason ?? "", /does not tell about itself/);
});

test("a service under CURVE is followed with a key that it accepts, and refuses any other", async () => {
  using folder = new TemporaryFolder();
  const keys = generateKeyPair();
  const own = generateKeyPair();
  saveKeyPair(keys, folder.file("server"));
  saveKeyPair(own, folder.file("monitor"));
  saveKeyPair(generateKeyPair(), folder.file("stranger"));
  await using server = serveAll(local, { security: { keys, allow: [own.publicKey] } });
  const [endpoint = ""] = server.endpoints;
  const serverKey = [folder.file("server.key")];
  await using accepted = new Watched([endpoint], undefined, {
    key: folder.file("monitor"),
    serverKey,
  });
  await until(() => accepted.instances[0]?.state === "up", "the accepted monitor");
  await until(() => accepted.instances[0]?.callable === true, "the schema");
  await using without = new Watched([endpoint]);
  await until(() => without.instances[0]?.state === "refused", "the monitor without a key");
  await using stranger = new Watched([endpoint], undefined, {
    key: folder.file("stranger"),
    serverKey,
  });
  await until(() => stranger.instances[0]?.state === "refused", "the stranger");
  assert.equal(stranger.fleet.readings.length, 0);
});

test("the list of a registry is followed: changes, health, and instances that are not there any more", async () => {
  await using server = serveAll();
  const [endpoint = ""] = server.endpoints;
  const port = Number(endpoint.split(":").at(-1));
  const directory = new GivenDirectory();
  await using watched = new Watched([], directory);
  directory.send({ type: "listed", instances: [listed("a", port), listed("b", port)] });
  const up = () => watched.instances.filter(({ state }) => state === "up");
  await until(() => up().length === 2, "the instances");
  assert.deepEqual(
    watched.instances.map(({ name, id }) => `${name}/${id}`),
    ["greeter/a", "greeter/b"],
  );
  // One process under two ids counts once.
  await using client = new GreeterRequest(endpoint);
  await client.reverse({ field1: "hello" });
  const reverse = () =>
    watched.fleet.history.last?.rpcs["greeter"]?.find(({ path }) => path === "Greeter/Reverse");
  await until(() => reverse()?.started === 1, "the call");
  assert.equal(watched.fleet.readings.length, 1);

  const draining = { ...listed("a", port), health: "NOT_SERVING" as const };
  directory.send({ type: "changed", instance: draining, before: listed("a", port) });
  await until(() => watched.instances[0]?.health === "NOT_SERVING", "the health");
  assert.ok(watched.happened("health"));
  directory.send({ type: "lost", error: new Error("The registry is away") });
  await until(() => watched.fleet.registry?.state === "lost", "the loss of the registry");
  assert.equal(watched.instances.length, 2);
  directory.send({ type: "listed", instances: [listed("b", port)] });
  await until(() => watched.instances.length === 1, "the end of the other instance");
  assert.equal(watched.fleet.registry?.state, "up");
  assert.ok(watched.messages.some((message) => message.type === "gone"));
});

test("a registry with more instances than can be followed is listed, and the rest wait", async () => {
  const directory = new GivenDirectory();
  await using watched = new Watched([], directory);
  // Nobody listens on the ports below 300.
  const instances = Array.from({ length: 299 }, (_, at) => listed(`i${at + 1}`, at + 1));
  directory.send({ type: "listed", instances });
  await until(() => watched.instances.length === 299, "the list");
  const followed = (): number => Object.keys(watched.fleet.history.last?.instances ?? {}).length;
  await until(() => followed() === 256, "256 followed instances");
  assert.match(watched.instances.at(-1)?.reason ?? "", /follows no more endpoints/);
  for (const instance of instances.slice(0, 100)) directory.send({ type: "removed", instance });
  await until(() => watched.instances.length === 199, "the end of 100 instances");
  await until(() => followed() === 199, "199 followed instances");
});

function listed(id: string, port: number): Listed {
  const unsaid = { version: "", metadata: {}, leaseMs: 0, services: [] };
  return { name: "greeter", id, host: "127.0.0.1", port, health: "SERVING", ...unsaid };
}

/** A directory whose events the test gives. */
class GivenDirectory implements Directory {
  readonly endpoint = "tcp://127.0.0.1:5000";
  readonly #waiting: DirectoryEvent[] = [];
  #wake: () => void = () => {};

  send(event: DirectoryEvent): void {
    this.#waiting.push(event);
    this.#wake();
  }

  async *watch(signal: AbortSignal): AsyncGenerator<DirectoryEvent> {
    for (;;) {
      signal.throwIfAborted();
      const event = this.#waiting.shift();
      if (event !== undefined) {
        yield event;
        continue;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }
}
