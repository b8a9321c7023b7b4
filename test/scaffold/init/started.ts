import assert from "node:assert/strict";
import { Child } from "../../support/child.js";
import { Lines } from "../../support/lines.js";
import { freePort } from "../../support/ports.js";
import { within } from "../../support/within.js";
import { descendant } from "./process-tree.js";

/**
 * Runs `npm start` in a project that init has set up. The client gets its answer, the server its event, and SIGINT ends the
 * program, and npm with it, with status 0. The signal goes to the program alone: at a terminal the shell between npm and the
 * program gets it too, and dash then ends by the signal, whatever the program's status.
 */
export async function startedAndStopped(cwd: string): Promise<void> {
  const endpoints = [await freePort(), await freePort()].map((port) => `tcp://127.0.0.1:${port}`);
  const lines = new Lines();
  await using npm = new Child("npm", ["start", "--", ...endpoints], { cwd }, (line) =>
    lines.push(line),
  );
  lines.follow(npm);
  const slowly = 60_000;
  await lines.next(`server: bound to ${endpoints[0]}`, slowly);
  await lines.next("client: Hello, Ada!", slowly);
  await lines.next("server: a visit of Ada", slowly);
  const program = descendant(npm.pid ?? 0, "main.ts");
  assert.ok(program !== undefined, npm.describe());
  process.kill(program, "SIGINT");
  const { status, stdout, stderr } = await within(npm.ended, () => npm.describe());
  assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  assert.match(stdout, /^server: stopped$/m);
}
