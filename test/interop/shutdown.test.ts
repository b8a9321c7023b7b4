import assert from "node:assert/strict";
import { describe } from "node:test";
import { MtMsgReactor, Publisher, ShutdownEvent, Subscriber } from "dividere/messaging";
import { Msg01 } from "../gen/plain.js";
import { freePort } from "../support/ports.js";
import { noPython } from "../support/python.js";
import { until } from "../support/until.js";
import { toPython } from "./support/messages.js";
import { PythonObjects } from "./support/objects.js";
import { pair } from "./support/pairs.js";

const soon = { timeoutMs: 10_000 };

describe("reactor shutdown", { skip: await noPython() }, () => {
  pair("Publisher → MtMsgReactor, a ShutdownEvent that stops it", {
    fromTypeScript: async () => {
      await using python = await PythonObjects.start();
      await using publisher = new Publisher("tcp://127.0.0.1:*", [ShutdownEvent]);
      await python.make("reactor", "messaging.MtMsgReactor", [
        { $eval: `[dividere.messaging.Subscriber(${JSON.stringify(publisher.endpoints[0])})]` },
      ]);
      await publisher.waitForSubscribers(1, soon);
      await publisher.send({});
      await python.call("reactor", "tid_.join", [10]);
      assert.equal(await python.call("reactor", "tid_.is_alive"), false);
    },
    fromPython: async () => {
      class Reactor extends MtMsgReactor {
        heard = false;
        handleMsg01(): void {
          this.heard = true;
        }
      }
      await using python = await PythonObjects.start();
      const port = await freePort();
      await python.make("pub", "messaging.Publisher", [`tcp://*:${port}`]);
      const link = new Subscriber(`tcp://127.0.0.1:${port}`, [Msg01, ShutdownEvent]);
      await using reactor = new Reactor(link);
      // Python's publisher cannot be asked who subscribed.
      while (!reactor.heard) await python.call("pub", "send", [toPython(Msg01.create())]);
      await python.call("pub", "send", [{ $type: "ShutdownEvent", fields: {} }]);
      await until(() => reactor.closed, "the end of the reactor");
      await reactor.stop();
      assert.ok(link.closed);
    },
  });
});
