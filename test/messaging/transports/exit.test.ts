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
    const ended = await run("node", ["--import=tsx", child, ...endpoints]);
    assert.deepEqual(ended, { status: 0, stdout: "closed\n", stderr: "" });
  });
}
