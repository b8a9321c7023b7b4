import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { IntrospectionClient } from "dividere/introspection";
import { Reactors, RequestClient, type RequestContext, Response } from "dividere/messaging";
import { RegistryServer } from "dividere/registry";
import manifest from "../../runtime/package.json" with { type: "json" };
import { version } from "../../runtime/src/messaging/introspection/version.js";
import { Msg01, Scalars } from "../gen/plain.js";
import { GreeterRequest } from "../gen/plain_dividere.js";
import { Greeter, moment, soon } from "../messaging/reactor/greeter.js";
import { ShopReactor } from "../messaging/stream/shop.js";
import { until } from "../support/until.js";

const local = "tcp://127.0.0.1:*";

/** Hangs in every call. */
class Hanging extends Greeter {
  calls = 0;
  onCall: () => void = () => {};
  override handleMsg01(): Promise<Msg01> {
    this.calls++;
    this.onCall();
    return new Promise(() => {});
  }
}

test("the version that the introspection tells is that of the package", () => {
  assert.equal(version, manifest.version);
});

describe("a reactor tells", () => {
  test("its services, its version and where it runs", async () => {
    await using reactor = new Greeter({ serve: local }, { version: "1.4.2" });
    await using client = new IntrospectionClient(reactor.endpoints, soon);
    const { services, startedAt, host, ...rest } = await client.describe();
    assert.deepEqual(rest, {
      version: "1.4.2",
      instance: reactor.instance,
      runtime: `dividere-typescript/${version}`,
      platform: `node/${process.versions.node} ${process.platform}/${process.arch}`,
      pid: process.pid,
    });
    assert.equal(startedAt.getTime(), reactor.stats.startedAt.getTime());
    assert.notEqual(host, "");
    const unary = { clientStreaming: false, serverStreaming: false, published: false };
    const event = { ...unary, response: "google.protobuf.Empty", published: true };
    assert.deepEqual(services, [
      {
        typeName: "Greeter",
        name: "greeter",
        rpcs: [
          { ...unary, name: "Reverse", request: "Msg01", response: "Msg01" },
          { ...event, name: "Announce", request: "Msg02" },
          { ...event, name: "Telegraph", request: "Telegram" },
          { ...unary, name: "Echo", request: "Scalars", response: "Scalars" },
        ],
      },
    ]);
  });

  test("every service that it serves, and how each streams", async () => {
    const services = [new Greeter(), new ShopReactor()];
    await using server = new Reactors({ serve: local }, services);
    await using client = new IntrospectionClient(server.endpoints, soon);
    const described = (await client.describe()).services;
    assert.deepEqual(
      described.map(({ typeName }) => typeName),
      ["Greeter", "shop.Shop"],
    );
    assert.deepEqual(
      described[1]?.rpcs.map((rpc) => [rpc.name, rpc.clientStreaming, rpc.serverStreaming]),
      [
        ["Ask", false, false],
        ["List", false, true],
        ["Upload", true, false],
        ["Chat", true, true],
      ],
    );
  });

  test("the same counters as in its own process", async () => {
    class Failing extends Greeter {
      override handleScalars(): never {
        throw new Error("as always");
      }
    }
    await using reactor = new Failing({ serve: local });
    await using greeter = new GreeterRequest(reactor.endpoints, soon);
    for (let i = 0; i < 10; i++) await greeter.reverse({ field1: "abc" });
    await assert.rejects(greeter.echo({}), { status: "HANDLER_FAILED" });
    await until(() => reactor.stats.inFlight === 0, "the last answer");
    await using client = new IntrospectionClient(reactor.endpoints, soon);
    const told = await client.stats();
    const own = reactor.stats;
    assert.deepEqual(told.rpcs, own.rpcs);
    assert.deepEqual(
      told.rpcs.map(({ started, failures }) => [started, failures]),
      [
        [10, {}],
        [0, {}],
        [0, {}],
        [1, { HANDLER_FAILED: 1 }],
      ],
    );
    assert.deepEqual(told.startedAt, own.startedAt);
    assert.ok(told.readAt <= own.readAt);
    assert.ok(told.memory.residentBytes > told.memory.heapBytes && told.memory.heapBytes > 0);
    assert.deepEqual([told.instance, told.concurrency, told.workers], [own.instance, 100, 0]);
    assert.deepEqual(
      told.links.map(({ kind, endpoints }) => [kind, endpoints]),
      [["Router", reactor.endpoints]],
    );
  });

  test("its counters again and again, until its reader leaves", async () => {
    await using reactor = new Greeter({ serve: local });
    await using greeter = new GreeterRequest(reactor.endpoints, soon);
    await using client = new IntrospectionClient(reactor.endpoints, soon);
    // Fails by its own time-out when the counters do not come again.
    const options = { intervalMs: 100, timeoutMs: 20_000 };
    let calls = 0;
    for await (const { rpcs } of client.watchStats(options)) {
      if (rpcs[0]?.started !== calls) continue;
      if (calls === 3) break;
      await greeter.reverse({});
      calls++;
    }
    assert.equal(calls, 3);
  });

  test("when it stops to those who watch it", async () => {
    await using reactor = new Greeter({ serve: local });
    await using client = new IntrospectionClient(reactor.endpoints, soon);
    const watched = client.watchStats({ intervalMs: 1_000_000 });
    await watched.next();
    await reactor.stop();
    await assert.rejects(watched.next(), { status: "STOPPING" });
  });
});

describe("the introspection", () => {
  test("answers while every handler hangs and others wait, and takes none of their places", async () => {
    await using reactor = new Hanging({ serve: local }, { concurrency: 2, stopTimeoutMs: 0 });
    await using greeter = new GreeterRequest(reactor.endpoints);
    const begun = moment();
    reactor.onCall = () => reactor.calls === 2 && begun.happen();
    const calls = Array.from({ length: 10 }, () => greeter.reverse({}).catch(() => {}));
    await begun.happened;
    await using client = new IntrospectionClient(reactor.endpoints, soon);
    for await (const { inFlight, concurrency, rpcs } of client.watchStats()) {
      assert.deepEqual([inFlight, concurrency, rpcs[0]?.inFlight], [2, 2, 2]);
      break;
    }
    assert.equal((await client.describe()).services.length, 1);
    assert.equal(reactor.calls, 2);
    greeter.close();
    await Promise.all(calls);
  });

  test("is not seen by interceptors, and not counted", async () => {
    const seen: string[] = [];
    await using reactor = new Greeter(
      { serve: local },
      {
        interceptors: [
          (next) => (call) => {
            seen.push(call.rpc.path);
            return next(call);
          },
        ],
      },
    );
    await using client = new IntrospectionClient(reactor.endpoints, soon);
    await using greeter = new GreeterRequest(reactor.endpoints, soon);
    await client.describe();
    await client.stats();
    await greeter.reverse({});
    assert.deepEqual(seen, ["Greeter/Reverse"]);
    assert.deepEqual(
      reactor.stats.rpcs.map(({ rpc }) => rpc),
      ["Greeter/Reverse", "Greeter/Announce", "Greeter/Telegraph", "Greeter/Echo"],
    );
  });

  test("can be switched off, and says so", async () => {
    await using reactor = new Greeter({ serve: local }, { introspection: false });
    await using client = new IntrospectionClient(reactor.endpoints, soon);
    const off = { status: "UNIMPLEMENTED", message: /dividere\.v1\.Introspection is not served/ };
    await assert.rejects(client.describe(), off);
    await assert.rejects(client.stats(), off);
    await assert.rejects(client.watchStats().next(), { status: "UNIMPLEMENTED" });
    await assert.rejects(client.schema(), off);
  });

  test("is answered in turn on a link that takes one request at a time", async () => {
    await using reactor = new Greeter(new Response(local, [Msg01, Scalars]));
    await using client = new IntrospectionClient(reactor.endpoints, soon);
    await using greeter = new GreeterRequest(reactor.endpoints, soon);
    assert.equal((await client.describe()).services.length, 1);
    assert.equal((await greeter.reverse({ field1: "abc" })).field1, "abc");
    await assert.rejects(client.watchStats().next(), { status: "UNIMPLEMENTED" });
    assert.equal((await client.stats()).rpcs[0]?.started, 1);
  });

  test("refuses an rpc that its version does not have", async () => {
    await using reactor = new Greeter({ serve: local });
    await using client = new (class extends RequestClient {
      ask() {
        const path = "dividere.v1.Introspection/Foresee";
        return this.callUnary({ path, handler: "", request: Msg01, response: Msg01 }, {}, soon);
      }
    })(reactor.endpoints);
    await assert.rejects(client.ask(), {
      status: "UNIMPLEMENTED",
      message: /This version of dividere has no dividere\.v1\.Introspection\/Foresee/,
    });
  });

  test("is refused while the reactor stops", async () => {
    const [begun, end] = [moment<RequestContext>(), moment()];
    class Slow extends Greeter {
      override async handleMsg01(msg: Msg01, ctx: RequestContext): Promise<Msg01> {
        begun.happen(ctx);
        await end.happened;
        return msg;
      }
    }
    await using reactor = new Slow({ serve: local });
    await using client = new IntrospectionClient(reactor.endpoints, soon);
    await using greeter = new GreeterRequest(reactor.endpoints, soon);
    const call = greeter.reverse({});
    await begun.happened;
    const stopped = reactor.stop();
    await assert.rejects(client.describe(), { status: "STOPPING" });
    end.happen();
    await call;
    await stopped;
  });

  test("tells of a registry too", async () => {
    const endpoints = { endpoint: local, eventsEndpoint: local };
    await using registry = new RegistryServer({ ...endpoints, version: "1.4.2" });
    await using client = new IntrospectionClient(registry.endpoint, soon);
    const { services, instance, version } = await client.describe();
    assert.deepEqual([instance, version], [registry.instance, "1.4.2"]);
    assert.deepEqual((await client.stats()).rpcs, registry.stats.rpcs);
    await using silent = new RegistryServer({ ...endpoints, introspection: false });
    await using other = new IntrospectionClient(silent.endpoint, soon);
    await assert.rejects(other.describe(), { status: "UNIMPLEMENTED" });
    assert.deepEqual(
      services.map(({ typeName }) => typeName),
      ["dividere.v1.Registry"],
    );
  });
});
