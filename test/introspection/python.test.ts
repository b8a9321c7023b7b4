import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Greeter } from "../messaging/reactor/greeter.js";
import { run } from "../support/child.js";
import { noPython, PythonPeer } from "../support/python.js";
import { TemporaryFolder } from "../support/temporary-folder.js";

class Reverser extends Greeter {
  override handleMsg01({ field1 }: { readonly field1: string }) {
    return { field1: [...field1].reverse().join("") };
  }
}

/** A reactor, and pyzmq that asks it. */
async function pair(): Promise<AsyncDisposable & { reactor: Reverser; python: PythonPeer }> {
  using folder = new TemporaryFolder();
  const image = folder.file("dividere.binpb");
  const built = await run("buf", ["build", "proto", "-o", image]);
  assert.equal(built.status, 0, built.stderr);
  const reactor = new Reverser({ serve: "tcp://127.0.0.1:*" }, { version: "1.4.2" });
  try {
    const [endpoint = ""] = reactor.endpoints;
    const python = await PythonPeer.start("introspection.py", image, endpoint);
    return {
      reactor,
      python,
      async [Symbol.asyncDispose]() {
        await python.close();
        await reactor.stop();
      },
    };
  } catch (error) {
    reactor.close();
    throw error;
  }
}

describe("a Python program with pyzmq", { skip: await noPython() }, () => {
  test("reads a reactor's schema, and calls an rpc by it", async () => {
    await using it = await pair();
    it.python.tell("call", { rpc: "Greeter/Reverse", request: { field1: "grüße" } });
    assert.deepEqual((await it.python.next("answered"))["answer"], { field1: "eßürg" });
  });

  for (const plain of [false, true]) {
    test(`reads a reactor's description and counters${plain ? " with plain requests" : ""}`, async () => {
      await using it = await pair();
      it.python.tell("introspect", { name: "Describe", plain });
      const described = (await it.python.next("told"))["answer"] as Record<string, unknown>;
      assert.equal(described["version"], "1.4.2");
      assert.equal(described["instance"], it.reactor.instance);
      assert.equal((described["services"] as { typeName: string }[])[0]?.typeName, "Greeter");
      it.python.tell("introspect", { name: "GetStats", plain });
      const told = (await it.python.next("told"))["answer"] as { stats: { rpcs: object[] } };
      assert.equal(told.stats.rpcs.length, 4);
    });
  }
});
