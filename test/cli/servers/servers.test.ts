import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LoadBalancing, Response } from "dividere/connection";
import { Request } from "dividere/messaging";
import { RegistryClient } from "dividere/registry";
import { Msg01 } from "../../gen/plain.js";
import { GreeterReactor, GreeterRequest } from "../../gen/plain_dividere.js";
import { EtcdCluster, noEtcd } from "../../support/etcd/cluster.js";
import { failed, noSignals, Running } from "../support/dividere.js";

const soon = { timeoutMs: 20_000 };
const free = "tcp://127.0.0.1:*";

async function printedJson(running: Running): Promise<Record<string, string & string[]>> {
  return JSON.parse(await running.firstLine());
}

class Echo extends GreeterReactor {
  override handleMsg01(msg: Msg01): Msg01 {
    return msg;
  }
  override handleScalars(): never {
    throw new Error("not asked");
  }
  override handleMsg02(): void {}
  override handleTelegram(): void {}
}

const etcdMissing = await noEtcd();

describe("servers in the foreground", () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    test(`dividere registry serves until ${signal}`, { skip: noSignals }, async () => {
      await using registry = new Running(["registry", "--endpoint", free, "--json"]);
      const { endpoint = "" } = await printedJson(registry);
      await using client = new RegistryClient(endpoint, { address: "127.0.0.1" });
      await client.register("greeter", 5_555, soon);
      assert.equal((await client.lookup("greeter", soon))?.port, 5_555);
      assert.equal((await registry.stop(signal)).status, 0);
    });
  }

  test("dividere registry says where it is", { skip: noSignals }, async () => {
    await using registry = new Running(["registry", "--endpoint", free]);
    assert.match(
      await registry.firstLine(),
      /^Registry at tcp:\/\/127\.0\.0\.1:\d+, events at tcp:\/\/127\.0\.0\.1:\d+$/,
    );
    await registry.stop();
  });

  test("dividere registry --etcd shares its list with others", {
    skip: noSignals || etcdMissing,
  }, async () => {
    await using etcd = await EtcdCluster.start();
    const hosts = etcd.hosts.flatMap((host) => ["--etcd", host]);
    const args = ["registry", "--endpoint", free, "--json", ...hosts, "--etcd-prefix", "test/"];
    await using one = new Running(args);
    await using other = new Running(args);
    const endpoints = [await printedJson(one), await printedJson(other)].map(
      (it) => it["endpoint"],
    );
    await using client = new RegistryClient(endpoints[0] ?? "");
    const instance = { name: "greeter", id: "one", host: "127.0.0.1", port: 5_555 };
    await client.registerInstance(instance, soon);
    await using reader = new RegistryClient(endpoints[1] ?? "");
    for await (const event of reader.watch("greeter")) {
      if (event.type === "listed" && event.instances.length > 0) break;
      if (event.type === "added") break;
    }
    assert.equal((await one.stop()).status, 0);
    assert.equal((await other.stop("SIGTERM")).status, 0);
  });

  test("dividere broker passes requests to servers, and counts them", {
    skip: noSignals,
  }, async () => {
    await using broker = new Running(["broker", free, free, "--json"]);
    const { frontendEndpoints, backendEndpoints } = await printedJson(broker);
    await using _reactor = new Echo({ broker: backendEndpoints ?? [] });
    await using client = new GreeterRequest(frontendEndpoints ?? []);
    assert.equal((await client.reverse({ field1: "hello" }, soon)).field1, "hello");
    const { status, stdout } = await broker.stop();
    assert.equal(status, 0);
    const { counters } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    assert.deepEqual([counters.forwarded, counters.answered], [1, 1]);
  });

  test("dividere broker --bytes serves workers that know no envelopes", {
    skip: noSignals,
  }, async () => {
    await using broker = new Running(["broker", free, free, "--bytes", "--json"]);
    const { frontendEndpoints, backendEndpoints } = await printedJson(broker);
    await using _worker = new LoadBalancing.Worker(
      backendEndpoints?.[0] ?? "",
      async (request) => request,
    );
    await using client = new LoadBalancing.Client(frontendEndpoints?.[0] ?? "");
    await client.send(Buffer.from("ping"));
    assert.equal(Buffer.from(await client.recv(soon)).toString(), "ping");
    assert.equal((await broker.stop()).status, 0);
  });

  for (const options of [[], ["--thread"]]) {
    test(`dividere proxy ${options.join(" ")} connects clients with workers`, {
      skip: noSignals,
    }, async () => {
      await using proxy = new Running(["proxy", free, free, "--json", ...options]);
      const { frontendEndpoints, backendEndpoints } = await printedJson(proxy);
      await using worker = new Response(`>${backendEndpoints?.[0]}`);
      await using client = new Request(frontendEndpoints?.[0] ?? "", [Msg01]);
      await client.send({ field1: "hello" });
      await worker.send(await worker.recv(soon));
      assert.equal((await client.recv(soon)).field1, "hello");
      assert.equal((await proxy.stop("SIGTERM")).status, 0);
    });
  }

  test("dividere monitor serves its page on loopback", { skip: noSignals }, async () => {
    await using registry = new Running(["registry", "--endpoint", free, "--json"]);
    const { endpoint = "" } = await printedJson(registry);
    const args = ["monitor", "--port", "0", "--registry", endpoint, "--json"];
    await using monitor = new Running(args);
    const { url = "" } = await printedJson(monitor);
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\//);
    const page = await fetch(url);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<title>/);
    const { status, stderr } = await monitor.stop();
    assert.deepEqual([status, stderr], [0, ""]);
    const outside = await failed(2, ["monitor", "--host", "0.0.0.0"]);
    assert.match(outside.message, /loopback/i);
  });

  test("an address in use fails with 1, and a wrong one with 2", async () => {
    await using taken = new Response("@tcp://127.0.0.1:*");
    const inUse = await failed(1, ["registry", "--endpoint", taken.endpoints[0] ?? ""]);
    assert.equal(inUse.code, "ADDRESS_IN_USE");
    const wrong = await failed(2, ["proxy", "tcp:127.0.0.1:1", free]);
    assert.equal(wrong.code, "ENDPOINT_INVALID");
  });
});
