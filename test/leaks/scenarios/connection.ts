import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Dealer,
  generateKeyPair,
  LoadBalancing,
  loadAllowList,
  PortManager,
  Publisher,
  Request,
  Response,
  Router,
  Subscriber,
  saveKeyPair,
  setLogLevel,
  Proxy as ZeroMqProxy,
} from "dividere/connection";
import { isClosed, local, type Scenarios, soon } from "./scenario.js";

const bytes = Buffer.from("a message");

export const connectionScenarios: Scenarios = {
  "connection.Publisher and Subscriber": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using publisher = watch(new Publisher(local, { onStatus: () => {} }));
      await using subscriber = watch(new Subscriber(publisher.endpoints));
      await publisher.waitForSubscribers(1, { ...soon, signal });
      await publisher.send(bytes, { ...soon, signal });
      for await (const message of subscriber) {
        assert.equal(message.length, bytes.length);
        break;
      }
      const pending = [
        isClosed(subscriber.recv({ ...soon, signal })),
        isClosed(subscriber.wait(60_000)),
        isClosed(publisher.waitForSubscribers(2, { ...soon, signal })),
      ];
      subscriber.close();
      publisher.close();
      await Promise.all(pending);
    }),

  "connection.Request and Response": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using response = watch(new Response(local));
      await using request = watch(new Request(response.endpoints, { onStatus: () => {} }));
      await request.send(bytes, { ...soon, signal });
      await response.send(await response.recv({ ...soon, signal }), { ...soon, signal });
      assert.ok(await request.wait(20_000));
      await request.recv({ ...soon, signal });
      const pending = isClosed(response.recv({ ...soon, signal }));
      response.close();
      await pending;
    }),

  "connection.Dealer and Router": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using router = watch(new Router(local));
      await using dealer = watch(new Dealer(router.endpoints));
      await dealer.sendWithEmptyFrame(bytes, { ...soon, signal });
      await router.send(await router.recv({ ...soon, signal }));
      await dealer.recv({ ...soon, signal });
      const pending = isClosed(dealer.recv({ ...soon, signal }));
      dealer.close();
      await pending;
    }),

  "connection.Dealer over ipc": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using router = watch(new Router(`@ipc://${join(tmpdir(), "router")}`));
      await using dealer = watch(new Dealer(`>${router.endpoints[0]}`));
      await dealer.send(bytes, { ...soon, signal });
      await router.recv({ ...soon, signal });
    }),

  "connection.Dealer over inproc": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using router = watch(new Router("@inproc://router"));
      await using dealer = watch(new Dealer(">inproc://router"));
      await dealer.send(bytes, { ...soon, signal });
      await router.recv({ ...soon, signal });
    }),

  "connection.Dealer over inproc, with one router after another": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using dealer = watch(new Dealer(">inproc://routers", { onStatus: () => {} }));
      await using subscriber = watch(new Subscriber("inproc://nobody"));
      for (let round = 0; round < 2; round++) {
        await using router = watch(new Router("@inproc://routers"));
        await dealer.send(bytes, { ...soon, signal });
        await router.recv({ ...soon, signal });
        const lost = new Promise<void>((resolve) => {
          dealer.onStatus(({ type }) => type === "disconnected" && resolve());
        });
        router.close();
        await lost;
      }
      subscriber.close();
    }),

  "connections to nobody": async (repeat) => {
    const nobody = `tcp://127.0.0.1:${await PortManager.acquire()}`;
    await repeat(async ({ signal, watch }) => {
      await using subscriber = watch(new Subscriber(nobody));
      await using dealer = watch(new Dealer(nobody, { onStatus: () => {} }));
      await using request = watch(new Request(nobody, { lingerMs: 1 }));
      await request.send(bytes);
      const pending = [
        isClosed(subscriber.recv({ ...soon, signal })),
        isClosed(request.recv({ ...soon, signal })),
      ];
      await assert.rejects(dealer.recv({ timeoutMs: 1, signal }), { code: "TIMEOUT" });
      subscriber.close();
      request.close();
      await Promise.all(pending);
    });
  },

  "connectors at an address that is taken": async (repeat) => {
    await using router = new Router(local);
    const taken = `@${router.endpoints[0]}`;
    await repeat(async () => {
      assert.throws(() => new Publisher(taken), { code: "ADDRESS_IN_USE" });
      assert.throws(() => new Router([">tcp://127.0.0.1:1", taken], { onStatus: () => {} }), {
        code: "ADDRESS_IN_USE",
      });
    });
  },

  "connection.Dealer and Router over CURVE": async (repeat) => {
    // The intruder's refusals belong here.
    setLogLevel("silent", "connection");
    const [server, client, stranger] = [generateKeyPair(), generateKeyPair(), generateKeyPair()];
    const folder = mkdtempSync(join(tmpdir(), "keys-"));
    saveKeyPair(client, join(folder, "client"));
    const servers = server.publicKey;
    await repeat(async ({ signal, watch }) => {
      // The folder is watched by the first, the handler of keys serves both.
      await using router = watch(
        new Router(local, { security: { keys: server, allow: { folder } } }),
      );
      await using other = watch(
        new Router(local, { security: { keys: server, allow: [client.publicKey] } }),
      );
      await using dealer = watch(
        new Dealer([...router.endpoints, ...other.endpoints], {
          security: { keys: client, servers },
        }),
      );
      await dealer.send(bytes, { ...soon, signal });
      await dealer.send(bytes, { ...soon, signal });
      await router.recv({ ...soon, signal });
      await other.recv({ ...soon, signal });
      await using intruder = watch(
        new Dealer(router.endpoints, { security: { keys: stranger, servers } }),
      );
      await new Promise<void>((resolve) => {
        intruder.onStatus(({ type }) => type === "refused" && resolve());
      });
      using list = loadAllowList(folder);
      assert.ok(list.allows(client.publicKey) && intruder.refusals.length === 1);
    });
    rmSync(folder, { recursive: true });
  },

  "connection.PortManager": (repeat) =>
    repeat(async () => {
      assert.ok((await PortManager.acquire()) > 0);
    }),

  "connection.Proxy on a thread": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using proxy = watch(new ZeroMqProxy(local, local, { thread: true }));
      await using response = watch(new Response(`>${proxy.backendEndpoints[0]}`));
      await using request = watch(new Request(proxy.frontendEndpoints));
      await request.send(bytes, { ...soon, signal });
      await response.send(await response.recv({ ...soon, signal }), { ...soon, signal });
      await request.recv({ ...soon, signal });
    }),

  "connection.Proxy": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using proxy = watch(new ZeroMqProxy(local, local));
      await using response = watch(new Response(`>${proxy.backendEndpoints[0]}`));
      await using request = watch(new Request(proxy.frontendEndpoints));
      const stop = proxy.onStatus(() => {});
      await request.send(bytes, { ...soon, signal });
      await response.send(await response.recv({ ...soon, signal }), { ...soon, signal });
      await request.recv({ ...soon, signal });
      stop();
    }),

  "connection.LoadBalancing": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using broker = watch(new LoadBalancing.Broker(local, local));
      const [backend = ""] = broker.backendEndpoints;
      await using worker = watch(new LoadBalancing.Worker(backend, (request) => request));
      await using client = watch(new LoadBalancing.Client(broker.frontendEndpoints));
      await worker.waitForBroker({ ...soon, signal });
      await client.request(bytes, { ...soon, signal });
    }),

  "connection.LoadBalancing without peers": async (repeat) => {
    await using clients = new Router(local);
    await using workers = new Router(local);
    await repeat(async ({ watch }) => {
      await using worker = watch(
        new LoadBalancing.Worker(workers.endpoints[0] ?? "", (request) => request),
      );
      await using client = watch(
        new LoadBalancing.Client(clients.endpoints, { retryTimeoutMs: 1, maxRetries: 1 }),
      );
      await assert.rejects(client.request(bytes), { code: "TIMEOUT", attempts: 2 });
      const pending = isClosed(worker.waitForBroker(soon));
      worker.close();
      await pending;
    });
  },
};
