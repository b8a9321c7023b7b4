import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { fixedEndpoint, transports } from "../../support/calls/endpoints.js";
import { run } from "../../support/child.js";

const child = fileURLToPath(new URL("exit-child.ts", import.meta.url));

for (const transport of transports) {
  test(`a process that has closed all it opened over ${transport} ends by itself`, async () => {
    const endpoints: string[] = [];
    for (let count = 0; count < 4; count++) endpoints.push(await fixedEndpoint(transport));
    const { status, stdout } = await run("node", ["--import=tsx", child, ...endpoints]);
    assert.deepEqual({ status, stdout }, { status: 0, stdout: "closed\n" });
  });
}
