import assert from "node:assert/strict";
import { chmodSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { describe, test } from "node:test";
import {
  type AllowListChange,
  generateKeyPair,
  type KeyPair,
  loadAllowList,
  Publisher,
  Subscriber,
  saveKeyPair,
} from "dividere/connection";
import { TemporaryFolder } from "../support/temporary-folder.js";
import { until } from "../support/until.js";
import { ask, bytes, clientOf, Echo, local, makeKeys, seenDealer, soon } from "./pairs.js";

/** Puts a key into an allow-list's folder, as an administrator does: in one step. */
function admit(folder: TemporaryFolder, name: string, keys: KeyPair): void {
  const { publicFile, secretFile } = saveKeyPair(keys, folder.file(`new/${name}`));
  rmSync(secretFile);
  mkdirSync(folder.file("allowed"), { recursive: true });
  renameSync(publicFile, folder.file(`allowed/${name}.key`));
}

function revoke(folder: TemporaryFolder, name: string): void {
  rmSync(folder.file(`allowed/${name}.key`));
}

describe("an allow-list in a folder", () => {
  test("follows its files, and tells what has changed", async () => {
    using folder = new TemporaryFolder();
    const [one, two] = [generateKeyPair(), generateKeyPair()];
    admit(folder, "one", one);
    folder.write("allowed/README", "no key");
    using list = loadAllowList(folder.file("allowed"));
    const changes: AllowListChange[] = [];
    list.onChange((change) => changes.push(change));
    assert.deepEqual(list.keys, [one.publicKey]);
    admit(folder, "two", two);
    await until(() => changes.length === 1, "a change");
    revoke(folder, "one");
    await until(() => changes.length === 2, "another change");
    assert.deepEqual(changes, [
      { added: [two.publicKey], removed: [] },
      { added: [], removed: [one.publicKey] },
    ]);
    assert.ok(list.allows(two.publicKey) && !list.allows(one.publicKey));
  });

  test("lets nobody in once its folder is gone, and goes on when it is back", async () => {
    using folder = new TemporaryFolder();
    const keys = generateKeyPair();
    admit(folder, "one", keys);
    using list = loadAllowList(folder.file("allowed"));
    renameSync(folder.file("allowed"), folder.file("elsewhere"));
    await until(() => !list.allows(keys.publicKey), "the key to be refused");
    renameSync(folder.file("elsewhere"), folder.file("allowed"));
    await until(() => list.allows(keys.publicKey), "the key to be let in");
  });

  test("does not let in a file that is no longer a key", async () => {
    using folder = new TemporaryFolder();
    const keys = generateKeyPair();
    admit(folder, "one", keys);
    using list = loadAllowList(folder.file("allowed"));
    folder.write("allowed/one.key", "public-key = oops");
    await until(() => !list.allows(keys.publicKey), "the key to be refused");
  });

  test("is refused when it is missing, holds a file that is no key, or can be changed by everybody", () => {
    using folder = new TemporaryFolder();
    const path = folder.file("allowed");
    assert.throws(() => loadAllowList(path), { code: "KEY_FILE_FAILED", message: /allowed/ });
    folder.write("allowed/broken.key", "nothing");
    assert.throws(() => loadAllowList(path), { code: "KEY_INVALID", message: /broken\.key/ });
    rmSync(folder.file("allowed/broken.key"));
    loadAllowList(path).close();
    if (process.platform === "win32") return;
    chmodSync(path, 0o777);
    assert.throws(() => loadAllowList(path), { code: "KEY_FILE_OPEN", message: /chmod o-w/ });
  });
});

describe("a key that is", () => {
  test("revoked has its connection cut and is refused, while the others come back", async () => {
    using folder = new TemporaryFolder();
    const { server, client, stranger: other } = makeKeys();
    admit(folder, "client", client);
    admit(folder, "other", other);
    const allow = { folder: folder.file("allowed") };
    await using echo = new Echo({ security: { keys: server, allow } });
    const revoked = seenDealer(echo.endpoint, clientOf(server, client));
    const staying = seenDealer(echo.endpoint, clientOf(server, other));
    await using _revoked = revoked.dealer;
    await using _staying = staying.dealer;
    assert.equal(await ask(revoked.dealer, "before"), "before");
    assert.equal(await ask(staying.dealer, "before"), "before");
    staying.seen.clear();

    revoke(folder, "client");
    const { publicKeys } = await echo.seen.next("revoked");
    assert.deepEqual(publicKeys, [client.publicKey]);
    await revoked.seen.next("disconnected");
    const { error } = await revoked.seen.refused("KEY_REFUSED");
    assert.match(error.message, /refused this client's public key .{40}; have it added/);
    const told = await echo.seen.refused("KEY_REFUSED");
    assert.deepEqual(
      { reason: told.reason, publicKey: told.publicKey, address: told.address },
      { reason: "auth", publicKey: client.publicKey, address: "127.0.0.1" },
    );
    await staying.seen.next("connected");
    assert.equal(await ask(staying.dealer, "after"), "after");
    assert.deepEqual(echo.router.endpoints, [echo.endpoint]);
  });

  test("admitted while the client waits lets it in by itself", async () => {
    using folder = new TemporaryFolder();
    const { server, client } = makeKeys();
    mkdirSync(folder.file("allowed"));
    const allow = { folder: folder.file("allowed") };
    await using echo = new Echo({ security: { keys: server, allow } });
    const { dealer, seen } = seenDealer(echo.endpoint, clientOf(server, client));
    await using _dealer = dealer;
    await seen.refused("KEY_REFUSED");
    admit(folder, "client", client);
    await seen.next("connected");
    assert.equal(await ask(dealer, "in"), "in");
  });

  test("revoked leaves a socket alone over which it never came", async () => {
    using folder = new TemporaryFolder();
    const { server, client, stranger: other } = makeKeys();
    admit(folder, "client", client);
    admit(folder, "other", other);
    using list = loadAllowList(folder.file("allowed"));
    await using used = new Echo({ security: { keys: server, allow: list } });
    await using unused = new Echo({ security: { keys: server, allow: list } });
    const { dealer } = seenDealer(used.endpoint, clientOf(server, client));
    const { dealer: staying } = seenDealer(unused.endpoint, clientOf(server, other));
    await using _dealer = dealer;
    await using _staying = staying;
    await ask(dealer, "x");
    await ask(staying, "x");
    revoke(folder, "client");
    await used.seen.next("revoked");
    assert.equal(await ask(staying, "y"), "y");
    assert.ok(
      !unused.seen.events.some(({ type }) => type === "disconnected" || type === "revoked"),
    );
  });
});

test("subscribers come back with their subscriptions after a key was revoked", async () => {
  using folder = new TemporaryFolder();
  const { server, client, stranger: other } = makeKeys();
  admit(folder, "client", client);
  admit(folder, "other", other);
  const allow = { folder: folder.file("allowed") };
  await using publisher = new Publisher(local, { security: { keys: server, allow } });
  await using leaving = new Subscriber(publisher.endpoints, clientOf(server, client));
  await using staying = new Subscriber(publisher.endpoints, clientOf(server, other));
  await publisher.waitForSubscribers(2, soon);
  // A subscriber tells a publisher that is back what it wants while it is read from.
  const news = staying.recv(soon);
  revoke(folder, "client");
  await until(() => publisher.subscriptionCount() === 0, "the cut");
  await publisher.waitForSubscribers(1, soon);
  await publisher.send(bytes("news"));
  assert.equal(String(await news), "news");
  assert.equal(await leaving.wait(50), false);
});
