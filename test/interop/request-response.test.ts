import assert from "node:assert/strict";
import { describe } from "node:test";
import { Dealer, Request, RequestError, Response } from "dividere/messaging";
import { Msg01, Scalars } from "../gen/plain.js";
import { GreeterReactor, GreeterRequest } from "../gen/plain_dividere.js";
import { Drawing } from "../gen/shapes/v1/shapes.js";
import { freePort } from "../support/ports.js";
import { noPython } from "../support/python.js";
import { drawing, fromPython, scalars, toPython } from "./support/messages.js";
import { PythonObjects } from "./support/objects.js";
import { pair } from "./support/pairs.js";

const soon = { timeoutMs: 10_000 };

class Backwards extends GreeterReactor {
  override handleMsg01(msg: Msg01): Msg01 {
    if (msg.field1 === "") throw new RequestError("EMPTY", "There is nothing to reverse");
    return Msg01.create({ field1: [...msg.field1].reverse().join("") });
  }
  override handleScalars(msg: Scalars): Scalars {
    return msg;
  }
  override handleMsg02(): void {}
  override handleTelegram(): void {}
}

/** Makes a Python response and gives the endpoint that reaches it. */
async function pythonResponse(python: PythonObjects, name: string): Promise<string> {
  const port = await freePort();
  await python.make(name, "messaging.Response", [`tcp://*:${port}`]);
  return `tcp://127.0.0.1:${port}`;
}

describe("request and response", { skip: await noPython() }, () => {
  pair("Request → Response", {
    fromTypeScript: async () => {
      await using python = await PythonObjects.start();
      const endpoint = await pythonResponse(python, "rep");
      await using request = new Request(endpoint, [Msg01, Scalars]);
      for (const message of [Msg01.create({ field1: "question" }), scalars]) {
        await request.send(message);
        assert.deepEqual(fromPython(await python.call("rep", "recv")), message);
        await python.call("rep", "send", [toPython(message)]);
        assert.deepEqual(await request.recv(soon), message);
      }
    },
    fromPython: async () => {
      await using python = await PythonObjects.start();
      await using response = new Response("tcp://127.0.0.1:*", [Msg01, Scalars, Drawing]);
      await python.make("req", "messaging.Request", response.endpoints);
      for (const message of [Msg01.create({ field1: "question" }), scalars]) {
        await python.call("req", "send", [toPython(message)]);
        assert.deepEqual(await response.recv(soon), message);
        await response.send(message);
        assert.deepEqual(fromPython(await python.call("req", "recv")), message);
      }
      // A message in a package: Python reads the full name that we write.
      await python.call("req", "send", [toPython(drawing)]);
      assert.deepEqual(await response.recv(soon), drawing);
      await response.send(drawing);
      assert.deepEqual(fromPython(await python.call("req", "recv")), drawing);
    },
  });

  pair("Request → Response, packaged messages between two Pythons", {
    fromPython: {
      cannot:
        "Python writes the short name and looks it up as a full name; TypeScript reads the message",
      shows: async () => {
        await using python = await PythonObjects.start();
        const endpoint = await pythonResponse(python, "rep");
        await python.make("req", "messaging.Request", [endpoint]);
        await python.call("req", "send", [toPython(drawing)]);
        await assert.rejects(python.call("rep", "recv"), /KeyError.*Drawing/);
      },
    },
  });

  pair("Request → generated reactor", {
    fromPython: async () => {
      await using python = await PythonObjects.start();
      await using reactor = new Backwards({ serve: "tcp://127.0.0.1:*" });
      await python.make("req", "messaging.Request", reactor.endpoints);
      await python.call("req", "send", [toPython(Msg01.create({ field1: "olleh" }))]);
      const reversed = fromPython(await python.call("req", "recv"));
      assert.deepEqual(reversed, Msg01.create({ field1: "hello" }));
      await python.call("req", "send", [toPython(scalars)]);
      assert.deepEqual(fromPython(await python.call("req", "recv")), scalars);
    },
  });

  pair("Request → generated reactor that refuses", {
    fromPython: async () => {
      await using python = await PythonObjects.start();
      await using reactor = new Backwards({ serve: "tcp://127.0.0.1:*" });
      await python.make("req", "messaging.Request", reactor.endpoints);
      await python.call("req", "send", [toPython(Msg01.create())]);
      assert.deepEqual(await python.call("req", "recv"), { $type: "ack", fields: { ok: false } });
    },
  });

  pair("generated request → Response", {
    fromTypeScript: async () => {
      await using python = await PythonObjects.start();
      const endpoint = await pythonResponse(python, "rep");
      await using greeter = new GreeterRequest(endpoint);
      const answers = ["one", "two", "three"].map((field1) => greeter.reverse({ field1 }, soon));
      for (const answer of answers) {
        const asked = fromPython(await python.call("rep", "recv")) as Msg01;
        await python.call("rep", "send", [
          toPython(Msg01.create({ field1: `${asked.field1} answered` })),
        ]);
        assert.deepEqual(await answer, Msg01.create({ field1: `${asked.field1} answered` }));
      }
      // Expected from the start: it may come before Python has said that it sent it.
      const refused = assert.rejects(greeter.reverse({ field1: "refuse me" }, soon), {
        name: "RequestError",
        status: "REFUSED",
      });
      await python.call("rep", "recv");
      await python.call("rep", "send", [{ $type: "ack", fields: { ok: false } }]);
      await refused;
    },
  });

  pair("Request → several Responses, round robin", {
    fromTypeScript: async () => {
      await using python = await PythonObjects.start();
      const endpoints = [await pythonResponse(python, "one"), await pythonResponse(python, "two")];
      await using request = new Request(endpoints, [Msg01]);
      const served = { one: 0, two: 0 };
      for (let asked = 0; asked < 6; asked++) {
        await request.send({ field1: String(asked) });
        const name = await whoGotIt(python);
        served[name]++;
        await python.call(name, "send", [await python.call(name, "recv")]);
        assert.deepEqual(await request.recv(soon), Msg01.create({ field1: String(asked) }));
      }
      assert.deepEqual(served, { one: 3, two: 3 });
    },
    fromPython: async () => {
      await using python = await PythonObjects.start();
      await using one = new Response("tcp://127.0.0.1:*", [Msg01]);
      await using two = new Response("tcp://127.0.0.1:*", [Msg01]);
      await python.make("req", "messaging.Request", [[...one.endpoints, ...two.endpoints]]);
      const served: Response[] = [];
      for (let asked = 0; asked < 6; asked++) {
        const message = Msg01.create({ field1: String(asked) });
        await python.call("req", "send", [toPython(message)]);
        const waits = [one, two].map(async (each) =>
          (await each.wait(10_000)) ? each : undefined,
        );
        const response = await Promise.any(waits);
        assert.ok(response);
        served.push(response);
        await response.send(await response.recv());
        assert.deepEqual(fromPython(await python.call("req", "recv")), message);
      }
      assert.equal(served.filter((each) => each === one).length, 3);
    },
  });

  pair("Dealer → Response, with an empty frame", {
    fromTypeScript: async () => {
      await using python = await PythonObjects.start();
      const endpoint = await pythonResponse(python, "rep");
      await using dealer = new Dealer(endpoint, [Msg01]);
      await dealer.sendWithEmptyFrame({ field1: "question" });
      await python.call("rep", "send", [await python.call("rep", "recv")]);
      const { route, message } = await dealer.recv(soon);
      assert.deepEqual(message, Msg01.create({ field1: "question" }));
      assert.deepEqual(
        route.map((frame) => frame.length),
        [0],
      );
    },
    fromPython: async () => {
      await using python = await PythonObjects.start();
      await using response = new Response("tcp://127.0.0.1:*", [Msg01]);
      await python.make("dealer", "messaging.Dealer", response.endpoints);
      const question = toPython(Msg01.create({ field1: "question" }));
      await python.call("dealer", "sendWithEmptyFrame", [question]);
      await response.send(await response.recv(soon));
      assert.deepEqual(await python.call("dealer", "recv"), {
        $tuple: [[{ $bytes: "" }], question],
      });
    },
  });

  pair("Dealer → Dealer", {
    fromTypeScript: async () => {
      await using python = await PythonObjects.start();
      const port = await freePort();
      await python.make("dealer", "messaging.Dealer", [`tcp://*:${port}`]);
      await using dealer = new Dealer(`tcp://127.0.0.1:${port}`, [Msg01, Scalars]);
      await dealer.send(scalars);
      assert.deepEqual(fromPython(await python.call("dealer", "recv")), scalars);
      await python.call("dealer", "send", [toPython(scalars)]);
      assert.deepEqual(await dealer.recv(soon), { route: [], message: scalars });
    },
    fromPython: async () => {
      await using python = await PythonObjects.start();
      await using dealer = new Dealer("tcp://127.0.0.1:*", [Msg01]);
      await python.make("dealer", "messaging.Dealer", dealer.endpoints);
      const message = Msg01.create({ field1: "by a route" });
      const route = [{ $bytes: Buffer.from("there").toString("base64") }];
      await python.call("dealer", "send", [{ $tuple: [route, toPython(message)] }]);
      const received = await dealer.recv(soon);
      assert.equal(Buffer.concat(received.route).toString(), "there");
      await dealer.sendRouted(received);
      assert.deepEqual(await python.call("dealer", "recv"), { $tuple: [route, toPython(message)] });
    },
  });
});

async function whoGotIt(python: PythonObjects): Promise<"one" | "two"> {
  for (;;) {
    if ((await python.call("one", "wait", [20])) === true) return "one";
    if ((await python.call("two", "wait", [20])) === true) return "two";
  }
}
