import assert from "node:assert/strict";
import { join } from "node:path";
import { failure, missingTool } from "../../support/toolchain.js";
import { builtOnce, clients, testClient } from "./clients.js";

const missing = await missingTool("C++", [
  ["make", "--version"],
  ["g++", "--version"],
  ["protoc", "--version"],
  ["pkg-config", "--exists", "--print-errors", "cppzmq", "protobuf"],
]);

testClient("C++", missing, async () => {
  const built = await builtOnce("cpp", ["cpp/client.cpp", "cpp/Makefile"], async (out) => {
    const make = ["-C", join(clients, "cpp"), `OUT=${out}`];
    assert.equal(await failure("make", make, { timeoutMs: 110_000 }), undefined);
  });
  return [join(built, "client")];
});
