import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RegistryClient, RegistryServer, type RegistryServerOptions } from "dividere/registry";

const soon = { timeoutMs: 10_000 };

async function started(options: RegistryServerOptions = {}) {
  const server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*", ...options });
  const client = new RegistryClient(server.endpoint, soon);
  return {
    server,
    client,
    async [Symbol.asyncDispose]() {
      client.close();
      await server.stop();
    },
  };
}

const greeter = { name: "greeter", id: "one", host: "10.0.0.1", port: 5100 };

describe("RegistryServer's leases", () => {
  test("lists an instance with all that it says about itself", async () => {
    await using at = await started();
    const before = Date.now();
    const leaseMs = await at.client.registerInstance({
      ...greeter,
      version: "1.2.3",
      metadata: { zone: "a", ["__proto__"]: "kept" },
      services: ["greeter.v1.Greeter"],
    });
    assert.equal(leaseMs, 10_000);
    const [listed] = await at.client.list();
    const { registeredAt, metadata, ...rest } = listed ?? assert.fail();
    assert.deepEqual(rest, {
      ...greeter,
      version: "1.2.3",
      health: "SERVING",
      leaseMs: 10_000,
      services: ["greeter.v1.Greeter"],
    });
    assert.deepEqual(Object.entries(metadata).sort(), [
      ["__proto__", "kept"],
      ["zone", "a"],
    ]);
    assert.ok(registeredAt.getTime() >= before && registeredAt.getTime() <= Date.now());
  });

  test("keeps the time of the first registration", async () => {
    await using at = await started();
    await at.client.registerInstance(greeter);
    const [first] = await at.client.list();
    await at.client.registerInstance({ ...greeter, version: "2" });
    const [second] = await at.client.list();
    assert.equal(second?.version, "2");
    assert.deepEqual(second?.registeredAt, first?.registeredAt);
  });

  test("removes an instance whose lease ends, and no other", async () => {
    await using at = await started({ minLeaseMs: 50 });
    const events = at.client.watch("greeter");
    await events.next();
    await at.client.registerInstance({ ...greeter, id: "stays", port: 5101 });
    await at.client.registerInstance(greeter, { leaseMs: 50 });
    for await (const event of events) {
      if (event.type !== "removed") continue;
      assert.equal(event.instance.id, "one");
      break;
    }
    assert.deepEqual(
      (await at.client.list()).map(({ id }) => id),
      ["stays"],
    );
    await assert.rejects(at.client.renew(greeter), {
      code: "REQUEST_FAILED",
      status: "NOT_FOUND",
      message: /No instance one of "greeter" is listed; its lease may have ended/,
    });
  });

  test("keeps an instance that is renewed in time", async () => {
    await using at = await started({ minLeaseMs: 50 });
    await at.client.registerInstance({ ...greeter, id: "kept", port: 5101 }, { leaseMs: 500 });
    let renewals = 0;
    // The other instance is a clock: each of its leases ends in turn.
    for await (const event of at.client.watch("greeter")) {
      if (event.type === "listed" || (event.type === "removed" && event.instance.id === "one")) {
        assert.equal(await at.client.renew({ name: "greeter", id: "kept" }), 500);
        if (++renewals > 12) break;
        await at.client.registerInstance(greeter, { leaseMs: 100 });
      }
    }
    assert.deepEqual(
      (await at.client.list()).map(({ id }) => id),
      ["kept"],
    );
  });

  test("grants leases within its limits", async () => {
    await using at = await started({ leaseMs: 7_000, minLeaseMs: 2_000, maxLeaseMs: 9_000 });
    for (const [wanted, granted] of [
      [undefined, 7_000],
      [1, 2_000],
      [5_000, 5_000],
      [60_000, 9_000],
    ] as const) {
      const options = wanted === undefined ? {} : { leaseMs: wanted };
      assert.equal(await at.client.registerInstance(greeter, options), granted);
      assert.equal(await at.client.renew(greeter), granted);
    }
  });

  test("refuses leases that are out of order", () => {
    for (const options of [
      { minLeaseMs: 0 },
      { leaseMs: 10, minLeaseMs: 20 },
      { maxLeaseMs: 1e12 },
    ]) {
      assert.throws(() => new RegistryServer({ endpoint: "tcp://127.0.0.1:*", ...options }), {
        code: "OPTION_INVALID",
        message: /minLeaseMs ≤ leaseMs ≤ maxLeaseMs/,
      });
    }
  });

  test("chooses instances that serve for look-ups", async () => {
    await using at = await started();
    await at.client.registerInstance(greeter);
    await at.client.registerInstance({ ...greeter, id: "two", port: 5101 });
    await at.client.renew(greeter, "NOT_SERVING");
    for (let i = 0; i < 3; i++) assert.equal((await at.client.lookup("greeter"))?.port, 5101);
    await at.client.renew({ name: "greeter", id: "two" }, "NOT_SERVING");
    assert.equal(await at.client.lookup("greeter"), undefined);
    assert.deepEqual(
      (await at.client.list("greeter")).map(({ health }) => health),
      ["NOT_SERVING", "NOT_SERVING"],
    );
    await at.client.renew(greeter, "SERVING");
    assert.equal((await at.client.lookup("greeter"))?.port, 5100);
  });

  test("replaces an instance by another at its address", async () => {
    await using at = await started();
    await at.client.registerInstance(greeter);
    await at.client.registerInstance({ ...greeter, id: "restarted" });
    assert.deepEqual(
      (await at.client.list()).map(({ id }) => id),
      ["restarted"],
    );
  });

  test("removes an instance on request", async () => {
    await using at = await started();
    await at.client.registerInstance(greeter);
    assert.equal(await at.client.unregisterInstance({ name: "greeter", id: "two" }), false);
    assert.equal(await at.client.unregisterInstance(greeter), true);
    assert.equal(await at.client.unregisterInstance(greeter), false);
    assert.deepEqual(await at.client.list(), []);
  });

  const invalid: [string, object, RegExp][] = [
    ["no id", { id: "" }, /name and an id/],
    ["a long id", { id: "i".repeat(300) }, /id of an instance has 300 bytes/],
    ["no port", { port: 0 }, /the port 0/],
    ["much metadata", { metadata: { text: "x".repeat(9_000) } }, /at most 8192 are allowed/],
  ];
  for (const [what, change, message] of invalid) {
    test(`refuses an instance with ${what}`, async () => {
      await using at = await started();
      await assert.rejects(at.client.registerInstance({ ...greeter, ...change }), {
        status: "INVALID_ARGUMENT",
        message,
      });
    });
  }

  test("guards instances by token, and their name too", async () => {
    await using at = await started();
    await using owner = new RegistryClient(at.server.endpoint, { token: "ours", ...soon });
    await owner.registerInstance(greeter);
    const denied = { status: "PERMISSION_DENIED" };
    await assert.rejects(at.client.registerInstance(greeter), denied);
    await assert.rejects(at.client.renew(greeter, "NOT_SERVING"), denied);
    await assert.rejects(at.client.unregisterInstance(greeter), denied);
    await assert.rejects(at.client.registerInstance({ ...greeter, id: "2", port: 1 }), denied);
    assert.equal(await owner.renew(greeter), 10_000);
  });
});
