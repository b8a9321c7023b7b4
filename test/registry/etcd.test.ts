import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RegistryClient, type RegistryEvent, RegistryServer } from "dividere/registry";
import { EtcdRegistryStore } from "dividere/registry/etcd";
import { EtcdCluster, noEtcd } from "../support/etcd/cluster.js";
import { freePort } from "../support/ports.js";

const soon = { timeoutMs: 20_000 };
const greeter = { name: "greeter", id: "one", host: "10.0.0.1", port: 5100 };
const other = { ...greeter, id: "two", port: 5101 };

/** A registry with a store in etcd, and a client of it. */
class Registry implements AsyncDisposable {
  readonly store: EtcdRegistryStore;
  readonly server: RegistryServer;
  readonly client: RegistryClient;

  constructor(
    hosts: readonly string[],
    prefix?: string,
    endpoint = "tcp://127.0.0.1:*",
    timeoutMs = 4_000,
  ) {
    this.store = new EtcdRegistryStore({
      hosts,
      timeoutMs,
      ...(prefix !== undefined && { prefix }),
    });
    this.server = new RegistryServer({ endpoint, store: this.store });
    this.client = new RegistryClient(this.server.endpoint, soon);
  }

  async ids(): Promise<readonly string[]> {
    return (await this.client.list()).map(({ id }) => id);
  }

  /** Waits for an event of the watch. */
  async until(wanted: (event: RegistryEvent) => boolean): Promise<void> {
    for await (const event of this.client.watch()) if (wanted(event)) return;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    await this.server.stop();
    this.store.close();
  }
}

describe("EtcdRegistryStore", { skip: await noEtcd() }, () => {
  test("lets several registries serve one list", async () => {
    await using etcd = await EtcdCluster.start();
    await using a = new Registry(etcd.hosts);
    await using b = new Registry(etcd.hosts);
    const seen = b.until((event) => event.type === "added" && event.instance.id === "one");
    await b.client.list();
    await a.client.registerInstance({ ...greeter, version: "1.2", metadata: { zone: "ä" } });
    // The registry that has written knows it at once.
    assert.deepEqual(await a.ids(), ["one"]);
    await seen;
    assert.deepEqual(await b.client.list(), await a.client.list());
    assert.equal((await b.client.lookup("greeter"))?.port, 5100);
    // Either renews, changes and removes what the other has listed.
    assert.ok((await b.client.renew(greeter)) >= 10_000);
    const changed = a.until((event) => event.type === "changed");
    await a.client.list();
    await b.client.renew(greeter, "NOT_SERVING");
    assert.equal((await b.client.list())[0]?.health, "NOT_SERVING");
    await Promise.race([
      changed,
      a.until((e) => e.type === "listed" && e.instances[0]?.health === "NOT_SERVING"),
    ]);
    assert.equal(await a.client.unregisterInstance(greeter), true);
    assert.deepEqual(await a.ids(), []);
    assert.equal(await a.client.unregisterInstance(greeter), false);
  });

  test("keeps instances over the restart of every registry", async () => {
    await using etcd = await EtcdCluster.start();
    {
      await using first = new Registry(etcd.hosts);
      await first.client.registerInstance(greeter);
      await first.client.register("plain", 5101);
    }
    await using second = new Registry(etcd.hosts);
    assert.equal((await second.client.lookup("greeter"))?.port, 5100);
    assert.equal((await second.client.lookup("plain"))?.port, 5101);
    assert.ok((await second.client.renew(greeter)) >= 10_000);
  });

  test("ends leases by etcd, also when the registry that granted them is gone", async () => {
    await using etcd = await EtcdCluster.start();
    await using watching = new Registry(etcd.hosts);
    const listed = watching.until((event) => event.type === "added");
    const removed = watching.until((event) => event.type === "removed");
    await watching.client.list();
    {
      await using granting = new Registry(etcd.hosts);
      const granted = await granting.client.registerInstance(greeter, { leaseMs: 1_000 });
      assert.ok(granted >= 1_000 && granted <= 3_000, String(granted));
      await listed;
    }
    await removed;
    await assert.rejects(watching.client.renew(greeter), { status: "NOT_FOUND" });
  });

  test("keeps lists with different prefixes apart, and passes over strange keys", async () => {
    await using etcd = await EtcdCluster.start();
    await using a = new Registry(etcd.hosts, "a/");
    await using b = new Registry(etcd.hosts, "b/");
    const body = (key: string) =>
      JSON.stringify({
        key: Buffer.from(key).toString("base64"),
        value: Buffer.from("{}").toString("base64"),
      });
    for (const key of ["a/strange", "a/x/y", "a/%/z"])
      await fetch(`${etcd.hosts[0]}/v3/kv/put`, { method: "POST", body: body(key) });
    await a.client.registerInstance({ ...greeter, name: "a/b", id: "c/d e" });
    await b.client.registerInstance(other);
    assert.deepEqual(await a.ids(), ["c/d e"]);
    assert.deepEqual(await b.ids(), ["two"]);
  });

  test("guards an instance by its token in every registry", async () => {
    await using etcd = await EtcdCluster.start();
    await using a = new Registry(etcd.hosts);
    await using owner = new RegistryClient(a.server.endpoint, { token: "ours", ...soon });
    await owner.registerInstance(greeter);
    await using b = new Registry(etcd.hosts);
    await assert.rejects(b.client.unregisterInstance(greeter), { status: "PERMISSION_DENIED" });
    await using again = new RegistryClient(b.server.endpoint, { token: "ours", ...soon });
    assert.equal(await again.unregisterInstance(greeter), true);
  });

  test("keeps the list while etcd is away, refuses changes, and goes on when it is back", async () => {
    await using etcd = await EtcdCluster.start();
    const store = new EtcdRegistryStore({ hosts: etcd.hosts, timeoutMs: 300 });
    await using _store = store;
    await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*", store });
    await using client = new RegistryClient(server.endpoint, soon);
    await client.registerInstance(greeter, { leaseMs: 60_000 });
    const [member] = etcd.members;
    assert.ok(member !== undefined);
    await member.kill();
    assert.equal((await client.lookup("greeter"))?.port, 5100);
    await assert.rejects(client.registerInstance(other), {
      status: "UNAVAILABLE",
      message: /etcd could not list an instance: .*; is a majority of its members running\?/,
    });
    await assert.rejects(client.renew(greeter), { status: "UNAVAILABLE" });
    await etcd.restart(member);
    for (;;) {
      try {
        await client.registerInstance(other);
        break;
      } catch (error) {
        // The connection to the member may not be back yet.
        assert.equal((error as { status?: string }).status, "UNAVAILABLE");
      }
    }
    assert.deepEqual(
      (await client.list()).map(({ id }) => id),
      ["one", "two"],
    );
  });

  test("lets a client go on with a registry that reaches etcd, where another does not", async () => {
    await using etcd = await EtcdCluster.start();
    await using gone = await EtcdCluster.start();
    const lame = new EtcdRegistryStore({ hosts: gone.hosts, timeoutMs: 100 });
    await using _lame = lame;
    await using first = new RegistryServer({ endpoint: "tcp://127.0.0.1:*", store: lame });
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    await using client = new RegistryClient([first.endpoint, endpoint], soon);
    await client.registerInstance(greeter);
    await using second = new Registry(etcd.hosts, undefined, endpoint);
    assert.deepEqual(await second.ids(), []);
    await gone.close();
    await client.registerInstance(greeter);
    assert.deepEqual(await second.ids(), ["one"]);
  });

  test("waits for an etcd that has not started yet, and closes without one", async () => {
    await using etcd = await EtcdCluster.start();
    const [member] = etcd.members;
    assert.ok(member !== undefined);
    await member.kill();
    await using registry = new Registry(etcd.hosts, undefined, undefined, soon.timeoutMs);
    const listed = registry.client.list();
    await etcd.restart(member);
    assert.deepEqual(await listed, []);
    await member.kill();
    const alone = new EtcdRegistryStore({ hosts: etcd.hosts });
    alone.close();
    alone.close();
  });

  test("refuses options that cannot be", () => {
    const invalid = { code: "OPTION_INVALID", message: /at least one host/ };
    assert.throws(() => new EtcdRegistryStore({ hosts: [] }), invalid);
    assert.throws(
      () => new EtcdRegistryStore({ hosts: ["http://127.0.0.1:1"], prefix: "" }),
      invalid,
    );
  });
});
