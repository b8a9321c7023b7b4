import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Child, root, run } from "../support/child.js";
import { Lines } from "../support/lines.js";
import { freePort } from "../support/ports.js";
import { noPython, python } from "../support/python.js";
import { TemporaryFolder } from "../support/temporary-folder.js";

const cwd = join(root, "examples", "registered-service");

/** A part of the example that runs until it is ended, and the lines that it prints. */
function start(script: string, registry: string): { child: Child; lines: Lines } {
  const lines = new Lines();
  const options = { cwd, env: { REGISTRY: registry } };
  const child = new Child("node", ["--import=tsx", script], options, (line) => lines.push(line));
  lines.follow(child);
  return { child, lines };
}

async function output(command: string, args: readonly string[], registry: string) {
  const { status, stdout, stderr } = await run(command, args, { cwd, env: { REGISTRY: registry } });
  return { status, lines: stdout.trimEnd().split("\n"), stderr };
}

const client = ["--import=tsx", "client.ts"];

describe("the example registered-service", { skip: await noPython() }, () => {
  test("finds the service by name, through a registry that starts late, dies and restarts", async () => {
    const registry = `tcp://127.0.0.1:${await freePort()}`;
    const service = start("service.ts", registry);
    await using _service = service.child;
    await service.lines.next("service: waiting");

    const first = start("registry.ts", registry);
    await using _first = first.child;
    await first.lines.next(`registry: answers at ${registry}`);
    await service.lines.next("service: registered");
    assert.deepEqual(await output("node", client, registry), {
      status: 0,
      lines: [
        "endpoint: Where a socket binds or connects.",
        "registry: Knows where the services are, and tells who asks by name.",
        'sonnet: "sonnet" is not in the dictionary',
      ],
      stderr: "",
    });

    first.child.kill("SIGKILL");
    await service.lines.next("service: waiting");
    const second = start("registry.ts", registry);
    await using _second = second.child;
    await service.lines.next("service: registered");
    assert.deepEqual((await output("node", [...client, "registry"], registry)).lines, [
      "registry: Knows where the services are, and tells who asks by name.",
    ]);

    service.child.kill("SIGTERM");
    assert.equal((await service.child.ended).status, 0);
    await service.lines.next("service: stopped");
    const { status, lines } = await output("node", client, registry);
    assert.equal(status, 1);
    assert.match(lines.join(), /^No service "dictionary" was listed by the registry at /);

    second.child.kill("SIGTERM");
    assert.equal((await second.child.ended).status, 0);
  });

  test("serves a client in Python", async () => {
    using folder = new TemporaryFolder();
    const image = folder.file("words.binpb");
    const built = await run("buf", ["build", "--path", "proto/words.proto", "-o", image], { cwd });
    assert.equal(built.status, 0, built.stderr);
    const registry = `tcp://127.0.0.1:${await freePort()}`;
    const server = start("registry.ts", registry);
    await using _server = server.child;
    const service = start("service.ts", registry);
    await using _service = service.child;
    await service.lines.next("service: registered");
    assert.deepEqual(await output(python, ["client.py", image], registry), {
      status: 0,
      lines: [
        "endpoint: Where a socket binds or connects.",
        "registry: Knows where the services are, and tells who asks by name.",
        "sonnet: (refused)",
      ],
      stderr: "",
    });
  });
});
