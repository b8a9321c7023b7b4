import assert from "node:assert/strict";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { Child, type Ended, root, run } from "../../support/child.js";
import { TemporaryFolder } from "../../support/temporary-folder.js";
import { within } from "../../support/within.js";
import { fixture } from "./mp-farm.js";

const source = fileURLToPath(fixture("main.ts"));

/** Compiles the program and its modules, and gives the program's path. */
function build(folder: TemporaryFolder): string {
  const test = join(root, "test");
  buildSync({
    entryPoints: ["fixtures/farm/main.ts", "fixtures/farm/greeter.ts", "gen/*.ts"].map((path) =>
      join(test, path),
    ),
    outbase: test,
    outdir: folder.file("built"),
    format: "esm",
    target: "es2022",
  });
  writeFileSync(folder.file("package.json"), JSON.stringify({ type: "module" }));
  symlinkSync(join(root, "node_modules"), folder.file("node_modules"), "junction");
  return join(folder.file("built"), "fixtures", "farm", "main.js");
}

function assertAnswered({ status, stdout, stderr }: Ended): void {
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^answer mraf$/m);
  assert.equal(stderr, "");
}

describe("a program with an MpMsgReactor", () => {
  test("runs from TypeScript, with node --import tsx", async () => {
    assertAnswered(await run("node", ["--import", "tsx", source]));
  });

  test("runs from TypeScript, with tsx", async () => {
    assertAnswered(await run("tsx", [source]));
  });

  test("runs as built JavaScript, and leaves no file behind", async () => {
    using folder = new TemporaryFolder();
    const program = build(folder);
    const temporary = folder.file("tmp");
    mkdirSync(temporary);
    assertAnswered(await run("node", [program], { env: { TMPDIR: temporary } }));
    assert.deepEqual(readdirSync(temporary), []);
  });

  test("runs under the debugger, and from a script on the command line", async () => {
    using folder = new TemporaryFolder();
    const program = build(folder);
    const inspected = await run("node", ["--inspect=127.0.0.1:0", program]);
    assertAnswered({ ...inspected, stderr: "" });
    assert.equal(inspected.stderr.match(/Debugger listening/g)?.length, 1);
    const script = `await import(${JSON.stringify(program)})`;
    assertAnswered(await run("node", ["--input-type=module", "-e", script]));
  });

  test("takes its workers down when it is killed, and they clean up", async () => {
    using folder = new TemporaryFolder();
    const program = build(folder);
    const temporary = folder.file("tmp");
    mkdirSync(temporary);
    let answered = (): void => {};
    const ready = new Promise<void>((resolve) => {
      answered = resolve;
    });
    await using child = new Child(
      "node",
      [program, "--stay"],
      { env: { TMPDIR: temporary } },
      answered,
    );
    await within(ready, () => `an answer of ${child.describe()}`);
    assert.equal(readdirSync(temporary).length, 1, "the workers' sockets are in a folder there");
    child.kill("SIGKILL");
    // The workers have the program's standard output, so it closes when the last of them ends.
    const ended = await within(child.ended, () => `the end of the workers of ${child.describe()}`);
    assert.equal(ended.status, "SIGKILL");
    assert.deepEqual(readdirSync(temporary), []);
  });
});
