import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { run } from "../support/child.js";
import { freePort } from "../support/ports.js";
import { noPython, PythonPeer } from "../support/python.js";
import { TemporaryFolder } from "../support/temporary-folder.js";

describe("the Python peer", { skip: await noPython() }, () => {
  test("loads messages from a descriptor set and sends them through dividere", async () => {
    using folder = new TemporaryFolder();
    const image = folder.file("greeter.binpb");
    const built = await run("buf", ["build", "examples/quick-start/proto", "-o", image]);
    assert.equal(built.status, 0, built.stderr);

    await using peer = await PythonPeer.start("echo.py", image, String(await freePort()));
    for (const text of ["hello", "grüße", ""]) {
      peer.tell("send", { text });
      assert.equal((await peer.next("received"))["text"], text);
    }
  });

  test("shows the script's output when it ends before the awaited event", async () => {
    await assert.rejects(
      PythonPeer.start("echo.py", "no-such-image.binpb", "1"),
      /No event "ready" came from .*echo\.py.*FileNotFoundError.*no-such-image\.binpb/s,
    );
  });

  test("ends with the scope", async () => {
    using folder = new TemporaryFolder();
    const image = folder.file("greeter.binpb");
    await run("buf", ["build", "examples/quick-start/proto", "-o", image]);
    const peer = await PythonPeer.start("echo.py", image, String(await freePort()));
    await peer.close();
    await assert.rejects(peer.next("received"), /No event "received" came from .*\(0\)/s);
  });
});
