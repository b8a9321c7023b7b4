import assert from "node:assert/strict";
import { join } from "node:path";
import { failure, missingTool } from "../../support/toolchain.js";
import { builtOnce, clients, testClient } from "./clients.js";

const cwd = join(clients, "go");

/** Downloads two modules, and compiles them. */
const timeoutMs = 110_000;

const missing = await missingTool("Go", [
  ["go", "version"],
  ["protoc", "--version"],
  // What the Go module for ZeroMQ is compiled with.
  ["cc", "--version"],
  ["pkg-config", "--exists", "--print-errors", "libzmq"],
]);

testClient("Go", missing, async () => {
  const sources = ["main.go", "generate.sh", "go.mod", "go.sum"].map((name) => `go/${name}`);
  const built = await builtOnce("go", sources, async (out) => {
    assert.equal(await failure("go", ["generate"], { cwd, timeoutMs }), undefined);
    const build = ["build", "-o", join(out, "client"), "."];
    assert.equal(await failure("go", build, { cwd, timeoutMs }), undefined);
  });
  return [join(built, "client")];
});
