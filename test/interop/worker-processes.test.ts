import assert from "node:assert/strict";
import { describe } from "node:test";
import { setLogLevel } from "dividere/connection";
import { MpMsgReactor } from "dividere/messaging";
import { Msg01 } from "../gen/plain.js";
import { Desk, fixture } from "../messaging/farm/mp-farm.js";
import { freePort } from "../support/ports.js";
import { noPython } from "../support/python.js";
import { fromPython, toPython } from "./support/messages.js";
import { message, PythonObjects } from "./support/objects.js";
import { pair } from "./support/pairs.js";

// One of these crashes.
setLogLevel("silent", "messaging");

describe("reactors in worker processes", { skip: await noPython() }, () => {
  pair("Request → MpMsgReactor", {
    fromPython: async () => {
      await using python = await PythonObjects.start();
      await using farm = new MpMsgReactor(fixture("greeter.js"), {
        serve: "tcp://127.0.0.1:*",
        workers: 2,
      });
      await python.make("one", "messaging.Request", farm.endpoints);
      await python.make("other", "messaging.Request", farm.endpoints);
      for (const name of ["one", "other"]) {
        await python.call(name, "send", [toPython(Msg01.create({ field1: `olleh ${name}` }))]);
      }
      for (const name of ["other", "one"]) {
        const reversed = fromPython(await python.call(name, "recv")) as Msg01;
        assert.equal(reversed.field1, `${[...name].reverse().join("")} hello`);
      }
      // The refusal that Python can decode, when the worker crashes.
      await python.call("one", "send", [toPython(Msg01.create({ field1: "exit 1" }))]);
      assert.deepEqual(await python.call("one", "recv"), { $type: "ack", fields: { ok: false } });
      await python.call("one", "send", [toPython(Msg01.create({ field1: "ereht llits" }))]);
      const still = fromPython(await python.call("one", "recv")) as Msg01;
      assert.equal(still.field1, "still there");
    },
  });

  pair("Publisher → MpMsgReactor", {
    fromPython: async () => {
      await using python = await PythonObjects.start();
      await using desk = new Desk();
      const port = await freePort();
      await python.make("pub", "messaging.Publisher", [`tcp://127.0.0.1:${port}`]);
      await using farm = new MpMsgReactor(fixture("greeter.js"), {
        subscribe: `tcp://127.0.0.1:${port}`,
        workers: 2,
        data: { report: desk.endpoint },
      });
      await farm.waitUntilReady();
      // A Python publisher cannot tell when it has a subscriber, so it publishes until one has
      // answered.
      const held = desk.held();
      let arrived = false;
      void held.then(() => {
        arrived = true;
      });
      while (!arrived) await python.call("pub", "send", [message("Msg02", { field1: "news" })]);
      assert.match((await held).text, / news$/);
      farm.close();
    },
  });
});
