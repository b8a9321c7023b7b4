import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RegistryClient, RegistryServer } from "dividere/registry";
import { EtcdRegistryStore, type EtcdRegistryStoreOptions } from "dividere/registry/etcd";
import { Authority, noCertificates } from "../support/etcd/certificates.js";
import { EtcdCluster, noEtcd } from "../support/etcd/cluster.js";

const soon = { timeoutMs: 20_000 };
const greeter = { name: "greeter", id: "one", host: "10.0.0.1", port: 5100 };
const skip = (await noEtcd()) || (await noCertificates());

/** Runs with a registry whose store has these options, and with a client of it. */
async function withRegistry<T>(
  options: EtcdRegistryStoreOptions,
  run: (client: RegistryClient) => Promise<T>,
): Promise<T> {
  await using store = new EtcdRegistryStore({ timeoutMs: 1_000, ...options });
  await using server = new RegistryServer({ endpoint: "tcp://127.0.0.1:*", store });
  await using client = new RegistryClient(server.endpoint, soon);
  return await run(client);
}

/** Lists an instance with one store, and finds it with another. */
async function listAndFind(options: EtcdRegistryStoreOptions): Promise<void> {
  await withRegistry(options, (first) =>
    withRegistry(options, async (second) => {
      await first.registerInstance(greeter);
      for await (const event of second.watch()) {
        if (event.type === "added") break;
        if (event.type === "listed" && event.instances.length > 0) break;
      }
      assert.equal((await second.lookup("greeter"))?.port, 5100);
      assert.ok((await second.renew(greeter, "NOT_SERVING")) >= 2_000);
      assert.equal(await second.unregisterInstance(greeter), true);
    }),
  );
}

describe("EtcdRegistryStore on a cluster that lets not everyone in", { skip }, () => {
  test("signs in with its user, and tells why it may not", async () => {
    await using etcd = await EtcdCluster.start();
    const [member] = etcd.members;
    assert.ok(member !== undefined);
    for (const name of ["root", "registry"])
      await member.call("auth/user/add", { name, password: `${name}'s` });
    await member.call("auth/role/add", { name: "registry" });
    await member.call("auth/role/grant", {
      name: "registry",
      // From the prefix to the first key behind it.
      perm: { permType: "READWRITE", key: btoa("dividere/"), range_end: btoa("dividere0") },
    });
    for (const name of ["root", "registry"])
      await member.call("auth/user/grant", { user: name, role: name });
    await member.call("auth/enable");
    const { hosts } = etcd;
    const auth = { username: "registry", password: "registry's" };
    await listAndFind({ hosts, auth });
    for (const options of [
      { hosts },
      { hosts, auth: { ...auth, password: "another" } },
      { hosts, auth, prefix: "elsewhere/" },
    ]) {
      await withRegistry(options, async (client) => {
        const refused = {
          status: "INTERNAL",
          message: /etcd refused to tell the list of instances: .*look at the user and the options/,
        };
        await assert.rejects(client.registerInstance(greeter), refused);
        await assert.rejects(client.lookup("greeter"), refused);
      });
    }
  });

  test("shows its certificate, and trusts the authority that it was given", async () => {
    using authority = new Authority("authority");
    using stranger = new Authority("stranger");
    const server = authority.sign("etcd");
    const own = authority.sign("registry");
    await using etcd = await EtcdCluster.start(1, {
      certificate: server.certificateFile,
      key: server.keyFile,
      clientAuthority: authority.certificateFile,
    });
    const { hosts } = etcd;
    const credentials = {
      rootCertificate: authority.certificate,
      privateKey: own.key,
      certChain: own.certificate,
    };
    await listAndFind({ hosts, credentials });
    const foreign = stranger.sign("registry");
    for (const wrong of [
      { ...credentials, rootCertificate: stranger.certificate },
      { ...credentials, privateKey: foreign.key, certChain: foreign.certificate },
      { rootCertificate: authority.certificate },
    ]) {
      await withRegistry({ hosts, credentials: wrong }, (client) =>
        assert.rejects(client.registerInstance(greeter), {
          status: "UNAVAILABLE",
          message:
            /etcd could not tell the list of instances: .*; is a majority .* certificates of the store/,
        }),
      );
    }
  });
});
