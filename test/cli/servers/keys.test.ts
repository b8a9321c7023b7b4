import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { describe, test } from "node:test";
import { loadAllowList, loadKeyPair } from "dividere/connection";
import { freePort } from "../../support/ports.js";
import { TemporaryFolder } from "../../support/temporary-folder.js";
import { done, failed, noSignals, Running } from "../support/dividere.js";
import { serveAll } from "../support/services.js";

const call = ["Reverse", '{"field1":"hello"}', "--proto", "test/proto/plain.proto"];

describe("dividere keys", () => {
  test("makes a pair once, and shows the public key alone", async () => {
    using folder = new TemporaryFolder();
    const path = folder.file("server");
    await done(["keys", "new", path]);
    const pair = loadKeyPair(path);
    if (process.platform !== "win32") {
      assert.equal(statSync(`${path}.key_secret`).mode & 0o777, 0o600);
    }
    assert.deepEqual(await done(["keys", "show", path]), [pair.publicKey]);
    assert.deepEqual(await done(["keys", "show", `${path}.key_secret`, "--json"]), [
      JSON.stringify({ publicKey: pair.publicKey }),
    ]);
    const again = await failed(5, ["keys", "new", path]);
    assert.match(again.message, /a key is never overwritten/);
    const missing = await failed(5, ["keys", "show", folder.file("none")]);
    assert.equal(missing.code, "KEY_FILE_FAILED");
  });

  test("accepts, lists and revokes clients in the folder of a service", async () => {
    using folder = new TemporaryFolder();
    const [clients, one] = [folder.file("clients"), folder.file("one")];
    await done(["keys", "new", one]);
    const { publicKey } = loadKeyPair(one);
    await done(["keys", "allow", clients, `${one}.key`]);
    const other = "R=?>DZ9A*us[U]eEo?1tU+by2M1FD2pyf}cmZLo!";
    await done(["keys", "allow", clients, other, "--name", "other"]);
    using list = loadAllowList(clients);
    assert.deepEqual([...list.keys].sort(), [publicKey, other].sort());
    const listed = (await done(["keys", "allow", clients])).map((line) => line.split(/\s+/)[0]);
    assert.deepEqual(listed, ["NAME", "one", "other"]);

    const text = await failed(2, ["keys", "allow", clients, other]);
    assert.match(text.hint ?? "", /--name <name>/);
    const taken = await failed(2, ["keys", "allow", clients, other, "--name", "one"]);
    assert.equal(taken.code, "KEY_EXISTS");
    const unknown = await failed(3, ["keys", "allow", clients, "othr", "--remove"]);
    assert.equal(unknown.hint, "Did you mean other?");
    await done(["keys", "allow", clients, "other", "--remove"]);
    list.reload();
    assert.deepEqual(list.keys, [publicKey]);
  });
});

describe("a command over CURVE", () => {
  test("calls a secured service with accepted keys, from options or the environment", async () => {
    using folder = new TemporaryFolder();
    const [server, client, clients] = ["server", "client", "clients"].map((it) => folder.file(it));
    for (const path of [server, client]) await done(["keys", "new", path ?? ""]);
    await done(["keys", "allow", clients ?? "", `${client}.key`]);
    const keys = loadKeyPair(server ?? "");
    await using services = serveAll(undefined, {
      security: { keys, allow: { folder: clients ?? "" } },
    });
    const args = ["call", services.endpoints[0] ?? "", ...call];
    const own = ["--key", client ?? ""];
    const answer = ['{"field1":"olleh"}'];
    assert.deepEqual(await done([...args, ...own, "--server-key", `${server}.key`]), answer);
    const env = { DIVIDERE_KEY: client ?? "", DIVIDERE_SERVER_KEY: keys.publicKey };
    assert.deepEqual(await done(args, { env }), answer);
    const perEndpoint = `${services.endpoints[0]}=${server}.key`;
    assert.deepEqual(await done([...args, ...own, "--server-key", perEndpoint]), answer);

    const without = await failed(5, args);
    assert.match(without.message, /speaks CURVE only/);
    const wrongServer = await failed(5, [...args, ...own, "--server-key", `${client}.key`]);
    assert.equal(wrongServer.code, "SERVER_KEY_WRONG");
    await done(["keys", "new", folder.file("stranger")]);
    const stranger = ["--key", folder.file("stranger"), "--server-key", `${server}.key`];
    assert.equal((await failed(5, [...args, ...stranger, "--timeout", "2s"])).code, "KEY_REFUSED");
    const half = await failed(5, [...args, "--server-key", `${server}.key`]);
    assert.match(half.hint ?? "", /--key <file>/);
  });

  test("subscribes to a secured publisher, and publishes to accepted subscribers", async () => {
    using folder = new TemporaryFolder();
    const [server, client, clients] = ["server", "client", "clients"].map((it) => folder.file(it));
    for (const path of [server, client]) await done(["keys", "new", path ?? ""]);
    await done(["keys", "allow", clients ?? "", `${client}.key`]);
    const proto = ["--proto", "test/proto/plain.proto"];
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    const bound = ["--key", server ?? "", "--allow", clients ?? ""];
    const pub = ["pub", endpoint, "Msg02", '{"field1":"secret"}', ...proto, ...bound];
    await using publishing = new Running(pub);
    await publishing.printed("Waiting for a subscriber");
    const without = await failed(5, ["sub", endpoint]);
    assert.match(without.message, /The publisher at .* speaks CURVE only/);
    const keys = ["--key", client ?? "", "--server-key", `${server}.key`];
    const [line = ""] = await done(["sub", endpoint, "--count", "1", ...proto, ...keys]);
    assert.deepEqual(JSON.parse(line).event, { field1: "secret" });
    assert.equal((await publishing.end()).status, 0);
  });

  test("serves accepted clients only", { skip: noSignals }, async () => {
    using folder = new TemporaryFolder();
    const [server, client, clients] = ["server", "client", "clients"].map((it) => folder.file(it));
    for (const path of [server, client]) await done(["keys", "new", path ?? ""]);
    await done(["keys", "allow", clients ?? "", `${client}.key`]);
    const secured = ["--key", server ?? "", "--allow", clients ?? ""];
    const args = ["registry", "--endpoint", "tcp://127.0.0.1:*", "--json", ...secured];
    await using registry = new Running(args);
    const { endpoint } = JSON.parse(await registry.firstLine());
    const keys = ["--key", client ?? "", "--server-key", `${server}.key`];
    const doctor = ["doctor", endpoint, "--handshake-only", ...keys];
    const lines = await done(doctor);
    assert.match(lines.join("\n"), /ok {3}security {3}CURVE, and the keys are accepted/);
    const half = await failed(5, [
      "registry",
      "--endpoint",
      "tcp://127.0.0.1:*",
      "--key",
      server ?? "",
    ]);
    assert.match(half.hint ?? "", /--allow <folder>/);
    assert.equal((await registry.stop()).status, 0);
  });
});
