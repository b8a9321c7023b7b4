import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { generateKeyPair, type KeyPair, Publisher, saveKeyPair } from "dividere/connection";
import { TemporaryFolder } from "../../support/temporary-folder.js";
import { dividere } from "../support/dividere.js";
import { serveAll } from "../support/services.js";

interface Diagnosis {
  readonly verdict: string;
  readonly checks: readonly { readonly text: string }[];
}

async function diagnosis(exitCode: number, ...args: string[]): Promise<Diagnosis> {
  const { status, stdout, stderr } = await dividere(["doctor", ...args, "--json"]);
  assert.equal(status, exitCode, stdout + stderr);
  return JSON.parse(stdout);
}

/** Saves a new pair, and returns it with its path. */
function newKeys(folder: TemporaryFolder, name: string): readonly [path: string, keys: KeyPair] {
  const keys = generateKeyPair();
  saveKeyPair(keys, folder.file(name));
  return [folder.file(name), keys];
}

describe("dividere doctor, over CURVE", () => {
  test("tries the keys at services and publishers, and tells which is wrong", async () => {
    using folder = new TemporaryFolder();
    const [server, keys] = newKeys(folder, "server");
    const [client, { publicKey }] = newKeys(folder, "client");
    const [stranger] = newKeys(folder, "stranger");
    const security = { keys, allow: [publicKey] };
    await using services = serveAll(undefined, { security });
    const endpoint = services.endpoints[0] ?? "";
    await using publisher = new Publisher("tcp://127.0.0.1:*", { security });
    const own = ["--key", client, "--server-key", `${server}.key`];

    assert.equal((await diagnosis(5, endpoint)).verdict, "curve");
    assert.equal((await diagnosis(0, endpoint, ...own)).verdict, "service");
    const events = publisher.endpoints[0] ?? "";
    assert.equal((await diagnosis(0, events, ...own)).verdict, "publisher");
    const refused = await diagnosis(
      5,
      endpoint,
      "--key",
      stranger,
      "--server-key",
      `${server}.key`,
    );
    assert.equal(refused.verdict, "keys");
    assert.match(refused.checks.at(-1)?.text ?? "", /refused.*public key/);
    const wrong = await diagnosis(5, endpoint, "--key", client, "--server-key", `${stranger}.key`);
    assert.equal(wrong.verdict, "keys");
  });

  test("finds a service without CURVE", async () => {
    using folder = new TemporaryFolder();
    const [server] = newKeys(folder, "server");
    await using services = serveAll();
    const keys = ["--key", server, "--server-key", `${server}.key`];
    assert.equal((await diagnosis(5, services.endpoints[0] ?? "", ...keys)).verdict, "no-curve");
  });
});
