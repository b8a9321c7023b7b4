import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Child, root, run } from "../support/child.js";
import { within } from "../support/within.js";

const cwd = join(root, "examples", "quick-start");

describe("the quick start's server and client", () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    test(`answer, and the server ends by ${signal} with status 0`, async () => {
      let bound: (endpoint: string) => void = () => {};
      const endpoint = new Promise<string>((resolve) => {
        bound = resolve;
      });
      await using server = new Child(
        "node",
        ["--import=tsx", "server.ts", "tcp://127.0.0.1:*"],
        { cwd },
        (line) => bound(line.replace(/^bound to /, "")),
      );
      const at = await within(endpoint, () => server.describe());
      const client = await run("node", ["--import=tsx", "client.ts", at], { cwd });
      assert.deepEqual(client, { status: 0, stdout: "olleh\n", stderr: "" });
      server.kill(signal);
      const ended = await within(server.ended, () => server.describe());
      assert.deepEqual({ status: ended.status, stderr: ended.stderr }, { status: 0, stderr: "" });
    });
  }

  test("stand in the README as they are", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    for (const file of ["server.ts", "client.ts"]) {
      assert.ok(readme.includes(readFileSync(join(cwd, file), "utf8")), file);
    }
  });
});
