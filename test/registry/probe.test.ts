import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { describe, test } from "node:test";
import { Response } from "dividere/connection";
import { Subscriber } from "dividere/messaging";
import {
  RediscoverReq,
  RegistryClient,
  type RegistryEvent,
  RegistryServer,
  type RegistryServerOptions,
} from "dividere/registry";
import { freePort } from "../support/ports.js";

const soon = { timeoutMs: 10_000 };
const address = "127.0.0.1";
const often = {
  minLeaseMs: 50,
  leaseMs: 100,
  probe: { intervalMs: 20, timeoutMs: 1_000, failures: 3 },
};

class Registry implements AsyncDisposable {
  readonly server: RegistryServer;
  readonly client: RegistryClient;

  constructor(options: RegistryServerOptions) {
    this.server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*", ...options });
    this.client = new RegistryClient(this.server.endpoint, { address, ...soon });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    await this.server.stop();
  }
}

function portOf(socket: Response): number {
  return Number(socket.endpoints[0]?.split(":").at(-1));
}

async function until(
  events: AsyncIterable<RegistryEvent>,
  wanted: (event: RegistryEvent) => boolean,
): Promise<void> {
  for await (const event of events) if (wanted(event)) return;
}

const hasHealth = (health: string) => (event: RegistryEvent) =>
  event.type === "changed" && event.instance.health === health;

describe("RegistryServer's probes", () => {
  test("keep a plain service listed that answers, beyond its lease", async () => {
    await using at = new Registry(often);
    await using service = new Response("tcp://127.0.0.1:*");
    const events = at.client.watch("greeter");
    await events.next();
    await at.client.register("greeter", portOf(service));
    await until(events, hasHealth("SERVING"));
    // The leases of the other entry are a clock, of three times the lease of the plain one.
    const clock = { name: "clock", id: "c", host: "h", port: 1 };
    await at.client.registerInstance(clock, { leaseMs: 300 });
    await until(at.client.watch("clock"), (event) => event.type === "removed");
    assert.equal((await at.client.lookup("greeter"))?.port, portOf(service));
  });

  test("remove a plain service that has died, and ask services to register", async () => {
    await using at = new Registry(often);
    const service = new Response("tcp://127.0.0.1:*");
    const events = at.client.watch("greeter");
    await events.next();
    await at.client.register("greeter", portOf(service));
    await until(events, hasHealth("SERVING"));
    await using subscriber = new Subscriber(at.server.eventsEndpoint, [RediscoverReq]);
    await subscriber.recv(soon);
    service.close();
    await until(at.client.watch("greeter"), (event) => event.type === "removed");
    await subscriber.recv(soon);
    assert.equal(await at.client.lookup("greeter"), undefined);
  });

  test("let look-ups avoid an instance that did not answer, unless there is no other", async () => {
    // Failures do not remove it in this test.
    await using at = new Registry({ probe: { intervalMs: 20, failures: 1_000_000 } });
    const dead = await freePort();
    const events = at.client.watch("greeter");
    await events.next();
    await at.client.register("greeter", dead);
    await until(events, hasHealth("NOT_SERVING"));
    assert.equal((await at.client.lookup("greeter"))?.port, dead);
    await using service = new Response("tcp://127.0.0.1:*");
    const again = at.client.watch("greeter");
    await again.next();
    await at.client.register("greeter", portOf(service));
    await until(again, hasHealth("SERVING"));
    for (let i = 0; i < 4; i++)
      assert.equal((await at.client.lookup("greeter"))?.port, portOf(service));
  });

  test("see that what listens is no ZeroMQ socket", async () => {
    await using at = new Registry({ probe: { intervalMs: 20, failures: 1_000_000 } });
    const server = createServer((socket) => socket.end("220 mail.example\r\n"));
    await once(server.listen(0, "127.0.0.1"), "listening");
    try {
      const events = at.client.watch("greeter");
      await events.next();
      await at.client.register("greeter", (server.address() as AddressInfo).port);
      await until(events, hasHealth("NOT_SERVING"));
    } finally {
      server.close();
    }
  });

  test("can be switched off", async () => {
    await using at = new Registry({ ...often, probe: false });
    await at.client.register("greeter", await freePort());
    const clock = { name: "clock", id: "c", host: "h", port: 1 };
    await at.client.registerInstance(clock, { leaseMs: 400 });
    await until(at.client.watch("clock"), (event) => event.type === "removed");
    assert.deepEqual(
      (await at.client.list()).map(({ health }) => health),
      ["UNKNOWN"],
    );
  });
});
