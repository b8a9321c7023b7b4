import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Ended, run } from "../support/child.js";

function child(mode: string, log: string): Promise<Ended> {
  return run("node", ["--import=tsx", "test/base/log-child.ts", mode], {
    env: { DIVIDERE_LOG: log },
  });
}

describe("the log", () => {
  test("is silent by default", async () => {
    assert.deepEqual(await child("plain", ""), { status: 0, stdout: "", stderr: "" });
  });

  test("records each state change of a socket when the environment asks for it", async () => {
    const { status, stderr } = await child("plain", "connection=debug");
    assert.equal(status, 0);
    assert.match(
      stderr,
      /^dividere connection debug: bound \{"socket":"Dealer","endpoint":"tcp:\/\/127/m,
    );
    assert.match(stderr, /^dividere connection debug: connected /m);
  });

  test("is switched on for each layer separately", async () => {
    assert.equal((await child("plain", "messaging=debug,registry=info")).stderr, "");
    assert.match((await child("plain", "debug")).stderr, /connection debug: bound/);
  });

  test("reports an invalid setting in the environment", async () => {
    const { status, stderr } = await child("plain", "conection=debug,loud");
    assert.equal(status, 0);
    assert.match(stderr, /DIVIDERE_LOG has "conection=debug"; write a level \(silent, error, warn/);
    assert.match(stderr, /DIVIDERE_LOG has "loud"/);
  });

  test("goes to a pino logger unchanged", async () => {
    const { status, stdout, stderr } = await child("pino", "");
    assert.equal(status, 0, stderr);
    assert.equal(stderr, "");
    const record = JSON.parse(stdout.split("\n")[0] ?? "");
    assert.equal(record.level, 20);
    assert.equal(record.layer, "connection");
    assert.equal(record.msg, "bound");
    assert.match(record.endpoint, /^tcp:\/\/127\.0\.0\.1:/);
  });
});
