import assert from "node:assert/strict";
import { describe } from "node:test";
import { Proxy as ZeroMqProxy } from "dividere/connection";
import { Dealer, Request, Response } from "dividere/messaging";
import { Msg01, type Scalars } from "../gen/plain.js";
import { GreeterReactor, GreeterRequest } from "../gen/plain_dividere.js";
import { freePort } from "../support/ports.js";
import { noPython } from "../support/python.js";
import { fromPython, toPython } from "./support/messages.js";
import { PythonObjects } from "./support/objects.js";
import { pair } from "./support/pairs.js";

const soon = { timeoutMs: 20_000 };
const local = "tcp://127.0.0.1:*";

/** Makes a Python proxy and gives the endpoints that reach it. */
async function pythonProxy(python: PythonObjects): Promise<[frontend: string, backend: string]> {
  const ports = [await freePort(), await freePort()] as const;
  await python.make("proxy", "connection.Proxy", ports);
  return [`tcp://127.0.0.1:${ports[0]}`, `tcp://127.0.0.1:${ports[1]}`];
}

const question = Msg01.create({ field1: "question" });

describe("proxy", { skip: await noPython() }, () => {
  pair("Request → Proxy", {
    fromTypeScript: async () => {
      await using python = await PythonObjects.start();
      const [frontend, backend] = await pythonProxy(python);
      await python.make("rep", "messaging.Response", [backend]);
      await using request = new Request(frontend, [Msg01]);
      await request.send(question);
      await python.call("rep", "send", [await python.call("rep", "recv")]);
      assert.deepEqual(await request.recv(soon), question);
      await python.call("proxy", "stop");
    },
    fromPython: async () => {
      await using python = await PythonObjects.start();
      await using proxy = new ZeroMqProxy(local, local);
      await using response = new Response(proxy.backendEndpoints, [Msg01]);
      await python.make("req", "messaging.Request", proxy.frontendEndpoints);
      for (let asked = 0; asked < 3; asked++) {
        await python.call("req", "send", [toPython(question)]);
        await response.send(await response.recv(soon));
        assert.deepEqual(fromPython(await python.call("req", "recv")), question);
      }
    },
  });

  pair("Proxy → Response", {
    fromTypeScript: async () => {
      await using python = await PythonObjects.start();
      await using proxy = new ZeroMqProxy(local, local);
      await python.make("rep", "messaging.Response", proxy.backendEndpoints);
      await using greeter = new GreeterRequest(proxy.frontendEndpoints);
      const answers = ["one", "two", "three"].map((field1) => greeter.reverse({ field1 }, soon));
      for (const answer of answers) {
        const asked = await python.call("rep", "recv");
        await python.call("rep", "send", [asked]);
        assert.deepEqual(await answer, fromPython(asked));
      }
    },
    fromPython: async () => {
      await using python = await PythonObjects.start();
      const [frontend, backend] = await pythonProxy(python);
      await python.make("req", "messaging.Request", [frontend]);
      await using response = new Response(backend, [Msg01]);
      await python.call("req", "send", [toPython(question)]);
      await response.send(await response.recv(soon));
      assert.deepEqual(fromPython(await python.call("req", "recv")), question);
      await python.call("proxy", "stop");
    },
  });

  pair("Dealer → Proxy, with an empty frame", {
    fromTypeScript: async () => {
      await using python = await PythonObjects.start();
      const [frontend, backend] = await pythonProxy(python);
      await python.make("rep", "messaging.Response", [backend]);
      await using dealer = new Dealer(frontend, [Msg01]);
      const texts = ["one", "two", "three"];
      for (const field1 of texts) await dealer.sendWithEmptyFrame({ field1 });
      for (const field1 of texts) {
        await python.call("rep", "send", [await python.call("rep", "recv")]);
        assert.equal((await dealer.recv(soon)).message.field1, field1);
      }
      await python.call("proxy", "stop");
    },
    fromPython: async () => {
      await using python = await PythonObjects.start();
      await using proxy = new ZeroMqProxy(local, local);
      await using response = new Response(proxy.backendEndpoints, [Msg01]);
      await python.make("dealer", "messaging.Dealer", proxy.frontendEndpoints);
      for (let sent = 0; sent < 2; sent++) {
        await python.call("dealer", "sendWithEmptyFrame", [toPython(question)]);
      }
      for (let sent = 0; sent < 2; sent++) {
        await response.send(await response.recv(soon));
        assert.deepEqual(await python.call("dealer", "recv"), {
          $tuple: [[{ $bytes: "" }], toPython(question)],
        });
      }
    },
  });

  pair("Proxy → Dealer as a worker", {
    fromTypeScript: async () => {
      await using python = await PythonObjects.start();
      await using proxy = new ZeroMqProxy(local, local);
      await python.make("worker", "messaging.Dealer", proxy.backendEndpoints);
      await using greeter = new GreeterRequest(proxy.frontendEndpoints);
      const answer = greeter.reverse(question, soon);
      // What it receives is a route and a message; sent as it is, it answers.
      await python.call("worker", "send", [await python.call("worker", "recv")]);
      assert.deepEqual(await answer, question);
    },
    fromPython: async () => {
      await using python = await PythonObjects.start();
      const [frontend, backend] = await pythonProxy(python);
      await python.make("req", "messaging.Request", [frontend]);
      await using dealer = new Dealer(backend, [Msg01]);
      await python.call("req", "send", [toPython(question)]);
      await dealer.sendRouted(await dealer.recv(soon));
      assert.deepEqual(fromPython(await python.call("req", "recv")), question);
      await python.call("proxy", "stop");
    },
  });

  pair("Proxy → generated reactor", {
    fromPython: async () => {
      class Backwards extends GreeterReactor {
        override handleMsg01(msg: Msg01): Msg01 {
          return Msg01.create({ field1: [...msg.field1].reverse().join("") });
        }
        override handleScalars(msg: Scalars): Scalars {
          return msg;
        }
        override handleMsg02(): void {}
        override handleTelegram(): void {}
      }
      await using python = await PythonObjects.start();
      const [frontend, backend] = await pythonProxy(python);
      await python.make("req", "messaging.Request", [frontend]);

      await using _reactor = new Backwards(new Response(backend, [Msg01]));
      await python.call("req", "send", [toPython(Msg01.create({ field1: "olleh" }))]);
      const reversed = fromPython(await python.call("req", "recv"));
      assert.deepEqual(reversed, Msg01.create({ field1: "hello" }));
      await python.call("proxy", "stop");
    },
  });
});
