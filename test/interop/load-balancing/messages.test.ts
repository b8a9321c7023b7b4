import assert from "node:assert/strict";
import { describe } from "node:test";
import { Dealer as ByteDealer } from "dividere/connection";
import { EnvelopeEncoder, Heartbeat, LoadBalancing, Request } from "dividere/messaging";
import { Msg01, type Scalars } from "../../gen/plain.js";
import { GreeterReactor, GreeterRequest } from "../../gen/plain_dividere.js";
import { noPython } from "../../support/python.js";
import { until } from "../../support/until.js";
import { fromPython, toPython } from "../support/messages.js";
import { PythonObjects, type PythonValue } from "../support/objects.js";
import { pair } from "../support/pairs.js";
import { heartbeatIntervalMs, PythonPart, pythonBroker } from "./python-balancing.js";

const soon = { timeoutMs: 20_000 };

const local = "tcp://127.0.0.1:*";

const quick = { heartbeatIntervalMs };

const pythonBytes = (text: string): PythonValue => ({
  $bytes: Buffer.from(text).toString("base64"),
});

class Server extends LoadBalancing.Server {
  handleMsg01(msg: Msg01): Msg01 {
    return Msg01.create({ field1: `ours ${msg.field1}` });
  }
}

class Greeter extends GreeterReactor {
  override handleMsg01(msg: Msg01): Msg01 {
    return Msg01.create({ field1: [...msg.field1].reverse().join("") });
  }
  override handleScalars(msg: Scalars): Scalars {
    return msg;
  }
  override handleMsg02(): void {}
  override handleTelegram(): void {}
}

describe("load balancing of messages", { skip: await noPython() }, () => {
  pair("LoadBalancing.Client → Broker", {
    fromTypeScript: async () => {
      await using broker = await pythonBroker("broker of messages");
      await using _server = await PythonPart.start(
        "server",
        broker.backend,
        heartbeatIntervalMs / 1_000,
      );
      await broker.python.knows(1);
      await using client = new LoadBalancing.Client(broker.frontend, [Msg01]);
      for (const field1 of ["one", "two", "three"]) {
        assert.equal((await client.request({ field1 })).field1, `python ${field1}`);
      }
    },
    fromPython: async () => {
      await using python = await PythonObjects.start();
      await using broker = new LoadBalancing.Broker(local, local);
      await using _server = new Server(broker.backendEndpoints[0] ?? "", [Msg01]);
      await python.make(
        "client",
        "messaging.LoadBalancingPattern.Client",
        broker.frontendEndpoints,
      );
      for (const field1 of ["one", "two", "three"]) {
        await python.call("client", "send", [toPython(Msg01.create({ field1 }))]);
        const answer = fromPython(await python.call("client", "recv"));
        assert.deepEqual(answer, Msg01.create({ field1: `ours ${field1}` }));
      }
    },
  });

  pair("LoadBalancing.Broker → Server", {
    fromTypeScript: async () => {
      await using broker = new LoadBalancing.Broker(local, local, quick);
      const [backend = ""] = broker.backendEndpoints;
      await using server = await PythonPart.start("server", backend, heartbeatIntervalMs / 1_000);
      await broker.waitForWorkers(1, soon);
      await using client = new LoadBalancing.Client(broker.frontendEndpoints, [Msg01]);
      for (const field1 of ["one", "two", "three"]) {
        assert.equal((await client.request({ field1 })).field1, `python ${field1}`);
        assert.equal(await server.request(), field1);
      }
    },
    fromPython: async () => {
      await using python = await PythonObjects.start();
      await using broker = await pythonBroker("broker of messages");
      await using _server = new Server(broker.backend, [Msg01], quick);
      await broker.python.knows(1);
      await python.make("client", "messaging.LoadBalancingPattern.Client", [broker.frontend]);
      for (const field1 of ["one", "two", "three"]) {
        await python.call("client", "send", [toPython(Msg01.create({ field1 }))]);
        const answer = fromPython(await python.call("client", "recv"));
        assert.deepEqual(answer, Msg01.create({ field1: `ours ${field1}` }));
      }
    },
  });

  pair("LoadBalancing.Broker → generated reactor", {
    fromPython: async () => {
      await using broker = await pythonBroker("broker of messages");
      await using _reactor = new Greeter({ broker: broker.backend });
      await broker.python.knows(1);
      await using greeter = new GreeterRequest(broker.frontend);
      assert.equal((await greeter.reverse({ field1: "olleh" }, soon)).field1, "hello");
      assert.equal((await greeter.reverse({ field1: "again" }, soon)).field1, "niaga");
    },
  });

  pair("Request → LoadBalancing.Broker", {
    fromTypeScript: async () => {
      await using broker = await pythonBroker("broker of messages");
      await using _server = await PythonPart.start(
        "server",
        broker.backend,
        heartbeatIntervalMs / 1_000,
      );
      await broker.python.knows(1);
      await using request = new Request(broker.frontend, [Msg01]);
      for (const field1 of ["one", "two"]) {
        await request.send({ field1 });
        assert.equal((await request.recv(soon)).field1, `python ${field1}`);
      }
    },
    fromPython: async () => {
      await using python = await PythonObjects.start();
      await using broker = new LoadBalancing.Broker(local, local);
      await using _reactor = new Greeter({ broker: broker.backendEndpoints });
      await python.make("req", "messaging.Request", broker.frontendEndpoints);
      for (const field1 of ["eno", "owt"]) {
        await python.call("req", "send", [toPython(Msg01.create({ field1 }))]);
        const answer = fromPython(await python.call("req", "recv"));
        assert.deepEqual(answer, Msg01.create({ field1: [...field1].reverse().join("") }));
      }
    },
  });

  pair("generated request → LoadBalancing.Broker", {
    fromTypeScript: async () => {
      await using broker = await pythonBroker("broker of messages");
      await using _server = await PythonPart.start(
        "server",
        broker.backend,
        heartbeatIntervalMs / 1_000,
      );
      await broker.python.knows(1);
      await using greeter = new GreeterRequest(broker.frontend, { maxRetries: 3 });
      assert.equal((await greeter.reverse({ field1: "hello" })).field1, "python hello");
    },
  });

  pair("LoadBalancing.Broker → Server, heartbeats", {
    fromTypeScript: async () => {
      await using broker = new LoadBalancing.Broker(local, local, quick);
      const [backend = ""] = broker.backendEndpoints;
      const server = await PythonPart.start("server", backend, heartbeatIntervalMs / 1_000);
      await broker.waitForWorkers(1, soon);
      // Another one, that counts what they both are sent.
      await using counting = new ByteDealer(backend);
      const sign = new EnvelopeEncoder([Heartbeat]).encode({ id: counting.identity });
      await counting.send(sign);
      for (let count = 0; count < 8; count++) {
        await counting.recv(soon);
        await counting.send(sign);
      }
      assert.equal(broker.counters.workersLost, 0);
      await server.close();
      await until(() => broker.counters.workersLost > 0, "Python's server to be missed");
    },
    fromPython: async () => {
      await using broker = await pythonBroker("broker of messages");
      await using server = new Server(broker.backend, [Msg01], quick);
      await broker.python.knows(1);
      for (let sign = 0; sign < 4; sign++) await broker.python.sign();
      await server.waitForBroker(soon);
      await server.stop();
      await broker.python.knows(0);
    },
  });

  pair("LoadBalancing.Broker → Server, killed and replaced", {
    fromTypeScript: async () => {
      await using broker = new LoadBalancing.Broker(local, local, quick);
      const [backend = ""] = broker.backendEndpoints;
      const first = await PythonPart.start("server", backend, heartbeatIntervalMs / 1_000);
      await broker.waitForWorkers(1, soon);
      const options = { retryTimeoutMs: 2_000 };
      await using client = new LoadBalancing.Client(broker.frontendEndpoints, [Msg01], options);
      await client.request({ field1: "one" });
      await first.close();
      const answer = client.request({ field1: "two" });
      await using second = await PythonPart.start("server", backend, heartbeatIntervalMs / 1_000);
      assert.equal(await second.request(), "two");
      assert.equal((await answer).field1, "python two");
    },
  });

  pair("LoadBalancing.Client → Broker that knows no server", {
    fromTypeScript: {
      cannot: "Python's broker ends at a request that arrives while it knows no server",
      shows: async () => {
        await using broker = await pythonBroker("broker of messages");
        const options = { retryTimeoutMs: 200, maxRetries: 1 };
        await using client = new LoadBalancing.Client(broker.frontend, [Msg01], options);
        const answer = assert.rejects(client.request({ field1: "?" }), { name: "RetryError" });
        assert.match(await broker.python.died(), /^KeyError/);
        await answer;
      },
    },
    fromPython: async () => {
      await using python = await PythonObjects.start();
      await using broker = new LoadBalancing.Broker(local, local);
      await python.make(
        "client",
        "messaging.LoadBalancingPattern.Client",
        broker.frontendEndpoints,
      );
      await python.call("client", "send", [toPython(Msg01.create({ field1: "early" }))]);
      await until(() => broker.queued === 1, "the request in the queue");
      await using _server = new Server(broker.backendEndpoints[0] ?? "", [Msg01]);
      const answer = fromPython(await python.call("client", "recv"));
      assert.deepEqual(answer, Msg01.create({ field1: "ours early" }));
    },
  });

  pair("Server whose identity is no UTF-8 → LoadBalancing.Broker", {
    fromTypeScript: {
      cannot: "Python's broker ends at an identity that is no UTF-8",
      shows: async () => {
        await using broker = await pythonBroker("broker of messages");
        // zeromq.js takes bytes as well, which the package's own types do not offer.
        const identity = Buffer.of(0xff, 0xfe, 0x80) as unknown as string;
        await using _link = new LoadBalancing.ServerLink(broker.backend, [Msg01], { identity });
        assert.match(await broker.python.died(), /UTF-8|utf-8/);
      },
    },
    fromPython: async () => {
      await using broker = new LoadBalancing.Broker(local, local, quick);
      await using _odd = await PythonPart.start("odd server", broker.backendEndpoints[0] ?? "");
      await broker.waitForWorkers(1, soon);
      await using client = new LoadBalancing.Client(broker.frontendEndpoints, [Msg01]);
      for (const field1 of ["one", "two"]) {
        assert.equal((await client.request({ field1 })).field1, field1);
      }
      assert.equal(broker.counters.workersLost, 0);
    },
  });

  pair("Request that is no envelope → LoadBalancing.Broker", {
    fromPython: async () => {
      await using python = await PythonObjects.start();
      await using broker = new LoadBalancing.Broker(local, local);
      await using _server = new Server(broker.backendEndpoints[0] ?? "", [Msg01]);
      await broker.waitForWorkers(1, soon);
      await python.make("raw", "connection.Request", broker.frontendEndpoints);
      await python.call("raw", "send", [pythonBytes("no envelope")]);
      const { $bytes } = (await python.call("raw", "recv")) as { $bytes: string };
      assert.match(String(Buffer.from($bytes, "base64")), /ack/);
      assert.equal(broker.counters.malformed, 1);
      await python.make(
        "client",
        "messaging.LoadBalancingPattern.Client",
        broker.frontendEndpoints,
      );
      await python.call("client", "send", [toPython(Msg01.create({ field1: "fine" }))]);
      const answer = fromPython(await python.call("client", "recv"));
      assert.deepEqual(answer, Msg01.create({ field1: "ours fine" }));
    },
  });
});
