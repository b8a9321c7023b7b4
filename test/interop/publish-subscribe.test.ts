import assert from "node:assert/strict";
import { describe } from "node:test";
import { Publisher, Subscriber } from "dividere/messaging";
import { Msg01, Scalars, Telegram } from "../gen/plain.js";
import { Drawing } from "../gen/shapes/v1/shapes.js";
import { freePort } from "../support/ports.js";
import { noPython } from "../support/python.js";
import { drawing, fromPython, scalars, toPython } from "./support/messages.js";
import { PythonObjects } from "./support/objects.js";
import { pair } from "./support/pairs.js";

const soon = { timeoutMs: 10_000 };

/**
 * Python's publisher cannot be asked who subscribed, so it repeats itself until somebody has heard
 * it.
 */
async function untilHeard(python: PythonObjects, subscriber: Subscriber): Promise<void> {
  do await python.call("pub", "send", [toPython(Msg01.create({ field1: "hello?" }))]);
  while (!(await subscriber.wait(50)));
}

describe("publish and subscribe", { skip: await noPython() }, () => {
  pair("Publisher → Subscriber, all messages", {
    fromTypeScript: async () => {
      await using python = await PythonObjects.start();
      await using publisher = new Publisher("tcp://127.0.0.1:*", [Msg01, Scalars]);
      await python.make("sub", "messaging.Subscriber", publisher.endpoints);
      // Python's subscriber to everything has the empty topic.
      await publisher.connector.waitForSubscribers(1, soon);
      await publisher.send(Msg01.create({ field1: "first" }));
      await publisher.send(scalars);
      assert.deepEqual(
        fromPython(await python.call("sub", "recv")),
        Msg01.create({ field1: "first" }),
      );
      assert.deepEqual(fromPython(await python.call("sub", "recv")), scalars);
    },
    fromPython: async () => {
      await using python = await PythonObjects.start();
      const port = await freePort();
      await python.make("pub", "messaging.Publisher", [`tcp://*:${port}`]);
      await using subscriber = new Subscriber(`tcp://127.0.0.1:${port}`, [Msg01, Scalars]);
      await untilHeard(python, subscriber);
      await python.call("pub", "send", [toPython(scalars)]);
      let message = await subscriber.recv(soon);
      while (message.$type === "Msg01") message = await subscriber.recv(soon);
      assert.deepEqual(message, scalars);
    },
  });

  pair("Publisher → Subscriber, filtered, a name of eight letters", {
    fromTypeScript: async () => {
      await using python = await PythonObjects.start();
      await using publisher = new Publisher("tcp://127.0.0.1:*", [Msg01, Telegram]);
      await python.make("sub", "messaging.Subscriber", [
        publisher.endpoints[0] as string,
        // Python asks an instance for the name of its class.
        [toPythonTelegram("")],
      ]);
      await publisher.waitForSubscribers(1, { ...soon, type: Telegram });
      await publisher.send(Msg01.create({ field1: "not asked for" }));
      await publisher.send(Telegram.create({ text: "asked for" }));
      assert.deepEqual(await python.call("sub", "recv"), toPythonTelegram("asked for"));
    },
    fromPython: async () => {
      await using python = await PythonObjects.start();
      const port = await freePort();
      await python.make("pub", "messaging.Publisher", [`tcp://*:${port}`]);
      await using subscriber = new Subscriber(`tcp://127.0.0.1:${port}`, [Telegram]);
      do {
        await python.call("pub", "send", [toPython(Msg01.create({ field1: "not asked for" }))]);
        await python.call("pub", "send", [toPythonTelegram("asked for")]);
      } while (!(await subscriber.wait(50)));
      assert.deepEqual(await subscriber.recv(soon), Telegram.create({ text: "asked for" }));
    },
  });

  pair("Publisher → Subscriber, filtered, a name of another length", {
    fromTypeScript: {
      cannot: "Python's filter gives every name the length 8, so it matches no other",
      shows: async () => {
        await using python = await PythonObjects.start();
        await using publisher = new Publisher("tcp://127.0.0.1:*", [Msg01, Telegram]);
        await python.make("sub", "messaging.Subscriber", [
          publisher.endpoints[0] as string,
          [{ $type: "Msg01", fields: {} }, toPythonTelegram("")],
        ]);
        await publisher.waitForSubscribers(1, { ...soon, type: Telegram });
        assert.equal(publisher.subscriptionCount(Msg01), 0);
      },
    },
    fromPython: async () => {
      await using python = await PythonObjects.start();
      const port = await freePort();
      await python.make("pub", "messaging.Publisher", [`tcp://*:${port}`]);
      await using subscriber = new Subscriber(`tcp://127.0.0.1:${port}`, [Msg01]);
      do {
        await python.call("pub", "send", [toPythonTelegram("not asked for")]);
        await python.call("pub", "send", [toPython(Msg01.create({ field1: "asked for" }))]);
      } while (!(await subscriber.wait(50)));
      assert.deepEqual(await subscriber.recv(soon), Msg01.create({ field1: "asked for" }));
    },
  });

  pair("Publisher → Subscriber, a message in a package", {
    fromTypeScript: async () => {
      await using python = await PythonObjects.start();
      await using publisher = new Publisher("tcp://127.0.0.1:*", [Drawing]);
      await python.make("sub", "messaging.Subscriber", publisher.endpoints);
      await publisher.connector.waitForSubscribers(1, soon);
      await publisher.send(drawing);
      assert.deepEqual(fromPython(await python.call("sub", "recv")), drawing);
    },
    fromPython: async () => {
      await using python = await PythonObjects.start();
      const port = await freePort();
      await python.make("pub", "messaging.Publisher", [`tcp://*:${port}`]);
      // Python writes the short name, which the filter asks for as well.
      await using subscriber = new Subscriber(`tcp://127.0.0.1:${port}`, [Drawing]);
      do await python.call("pub", "send", [toPython(drawing)]);
      while (!(await subscriber.wait(50)));
      assert.deepEqual(await subscriber.recv(soon), drawing);
    },
  });
});

function toPythonTelegram(text: string): { $type: string; fields: Record<string, unknown> } {
  return { $type: "Telegram", fields: { text } };
}
