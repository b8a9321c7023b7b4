import assert from "node:assert/strict";
import { describe } from "node:test";
import { Dealer as ByteDealer, LoadBalancing as Bytes } from "dividere/connection";
import { noPython } from "../../support/python.js";
import { until } from "../../support/until.js";
import { PythonObjects, type PythonValue } from "../support/objects.js";
import { pair } from "../support/pairs.js";
import { heartbeatIntervalMs, PythonPart, pythonBroker } from "./python-balancing.js";

const soon = { timeoutMs: 20_000 };

const local = "tcp://127.0.0.1:*";

const quick = { heartbeatIntervalMs };

const bytes = (text: string): Uint8Array => Buffer.from(text);

const pythonBytes = (text: string): PythonValue => ({
  $bytes: Buffer.from(text).toString("base64"),
});

const echo = (request: Uint8Array): Uint8Array => bytes(`ours ${String(request)}`);

describe("load balancing of bytes", { skip: await noPython() }, () => {
  pair("connection LoadBalancing.Client → Broker", {
    fromTypeScript: async () => {
      await using broker = await pythonBroker("broker of bytes");
      await using _worker = await PythonPart.start("worker", broker.backend);
      await broker.python.knows(1);
      await using client = new Bytes.Client(broker.frontend);
      assert.equal(String(await client.request(bytes("hello"), soon)), "python hello");
    },
    fromPython: async () => {
      await using python = await PythonObjects.start();
      await using broker = new Bytes.Broker(local, local);
      const [backend = ""] = broker.backendEndpoints;
      await using _worker = new Bytes.Worker(backend, echo);
      await python.make("client", "connection.LoadBalancingPattern.Client", [
        [...broker.frontendEndpoints],
      ]);
      for (const text of ["one", "two"]) {
        await python.call("client", "send", [pythonBytes(text)]);
        assert.deepEqual(
          await python.call("client", "recv", [10_000]),
          pythonBytes(`ours ${text}`),
        );
      }
    },
  });

  pair("connection LoadBalancing.Broker → Worker without its own run()", {
    fromTypeScript: {
      cannot: "Python's worker ends at its first request; its users override run()",
      shows: async () => {
        await using broker = new Bytes.Broker(local, local, quick);
        const [backend = ""] = broker.backendEndpoints;
        await using worker = await PythonPart.start("plain worker", backend);
        await broker.waitForWorkers(1, soon);
        await using client = new Bytes.Client(broker.frontendEndpoints);
        await client.send(bytes("hello"));
        assert.match(await worker.died(), /^TypeError: not all arguments converted/);
      },
    },
  });

  pair("connection LoadBalancing.Broker → Worker", {
    fromTypeScript: async () => {
      await using broker = new Bytes.Broker(local, local, quick);
      await using worker = await PythonPart.start("worker", broker.backendEndpoints[0] ?? "");
      await broker.waitForWorkers(1, soon);
      await using client = new Bytes.Client(broker.frontendEndpoints);
      // Behind Python's broker a Python worker is not free again after its first answer.
      for (const text of ["one", "two", "three"]) {
        assert.equal(String(await client.request(bytes(text), soon)), `python ${text}`);
        assert.equal(await worker.request(), text);
      }
    },
    fromPython: async () => {
      await using broker = await pythonBroker("broker of bytes");
      await using _worker = new Bytes.Worker(broker.backend, echo, quick);
      await broker.python.knows(1);
      await using client = new Bytes.Client(broker.frontend);
      for (const text of ["one", "two", "three"]) {
        assert.equal(String(await client.request(bytes(text), soon)), `ours ${text}`);
        await broker.python.knows(1);
      }
    },
  });

  pair("connection LoadBalancing.Broker → Worker, heartbeats", {
    fromTypeScript: async () => {
      await using broker = new Bytes.Broker(local, local, quick);
      const [backend = ""] = broker.backendEndpoints;
      const worker = await PythonPart.start("worker", backend);
      await broker.waitForWorkers(1, soon);
      // Another one, that counts what they both are sent.
      await using counting = new ByteDealer(backend);
      await counting.send(Uint8Array.of(1));
      for (let sign = 0; sign < 8; sign++) {
        await counting.recv(soon);
        await counting.send(Uint8Array.of(2));
      }
      assert.equal(broker.counters.workersLost, 0);
      await worker.close();
      await until(() => broker.counters.workersLost > 0, "Python's worker to be missed");
    },
    fromPython: async () => {
      await using broker = await pythonBroker("broker of bytes");
      await using worker = new Bytes.Worker(broker.backend, echo, quick);
      await broker.python.knows(1);
      for (let sign = 0; sign < 4; sign++) await broker.python.sign();
      await worker.waitForBroker(soon);
      await worker.stop();
      await broker.python.knows(0);
    },
  });

  pair("connection LoadBalancing.Broker → Worker, killed and replaced", {
    fromTypeScript: async () => {
      await using broker = new Bytes.Broker(local, local, quick);
      const [backend = ""] = broker.backendEndpoints;
      const first = await PythonPart.start("worker", backend);
      await broker.waitForWorkers(1, soon);
      await using client = new Bytes.Client(broker.frontendEndpoints, { retryTimeoutMs: 2_000 });
      await client.request(bytes("one"), soon);
      await first.close();
      const answer = client.request(bytes("two"), soon);
      await using second = await PythonPart.start("worker", backend);
      assert.equal(await second.request(), "two");
      assert.equal(String(await answer), "python two");
    },
    fromPython: async () => {
      await using broker = await pythonBroker("broker of bytes");
      const first = new Bytes.Worker(broker.backend, echo, quick);
      await broker.python.knows(1);
      await using _second = new Bytes.Worker(broker.backend, echo, quick);
      await broker.python.knows(2);
      // Python's broker gives the first request to the one that has gone: the client asks again.
      first.close();
      await using client = new Bytes.Client(broker.frontend, { retryTimeoutMs: 500 });
      assert.equal(String(await client.request(bytes("anyone"), soon)), "ours anyone");
    },
  });

  pair("connection LoadBalancing.Client → Broker that knows no worker", {
    fromTypeScript: {
      cannot: "Python's broker ends at a request that arrives while it knows no worker",
      shows: async () => {
        await using broker = await pythonBroker("broker of bytes");
        const options = { retryTimeoutMs: 200, maxRetries: 1 };
        await using client = new Bytes.Client(broker.frontend, options);
        const answer = assert.rejects(client.request(bytes("?"), soon), { code: "TIMEOUT" });
        assert.match(await broker.python.died(), /^KeyError/);
        await answer;
      },
    },
    fromPython: async () => {
      await using python = await PythonObjects.start();
      await using broker = new Bytes.Broker(local, local);
      await python.make("client", "connection.LoadBalancingPattern.Client", [
        [...broker.frontendEndpoints],
      ]);
      await python.call("client", "send", [pythonBytes("early")]);
      await until(() => broker.queued === 1, "the request in the queue");
      const [backend = ""] = broker.backendEndpoints;
      await using _worker = new Bytes.Worker(backend, echo);
      const answer = await python.call("client", "recv", [10_000]);
      assert.deepEqual(answer, pythonBytes("ours early"));
    },
  });

  pair("connection LoadBalancing.Client → Broker, retrying", {
    fromPython: async () => {
      await using python = await PythonObjects.start();
      await using broker = new Bytes.Broker(local, local);
      const [backend = ""] = broker.backendEndpoints;
      let asked = 0;
      await using _worker = new Bytes.Worker(
        backend,
        (request) => {
          if (++asked < 3) throw new Error("not yet");
          return echo(request);
        },
        { onError: () => {} },
      );
      await python.make("client", "connection.LoadBalancingPattern.Client", [
        [...broker.frontendEndpoints],
      ]);
      await python.call("client", "send", [pythonBytes("again")]);
      const answer = await python.call("client", "recv", [1_000]);
      assert.deepEqual(answer, pythonBytes("ours again"));
    },
  });
});
