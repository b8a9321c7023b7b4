import assert from "node:assert/strict";
import { test } from "node:test";
import { IntrospectionClient } from "dividere/introspection";
import { Greeter } from "../messaging/reactor/greeter.js";
import { clientOf, local, makeKeys, Seen, soon } from "../security/pairs.js";
import { until } from "../support/until.js";

const keys = makeKeys();

test("a secured reactor tells about itself to those in its allow-list, and to nobody else", async () => {
  const security = { keys: keys.server, allow: [keys.client.publicKey] };
  await using reactor = new Greeter({ serve: local }, { security });

  const known = clientOf(keys.server, keys.client);
  await using client = new IntrospectionClient(reactor.endpoints, { ...soon, ...known });
  assert.equal((await client.describe()).instance, reactor.instance);
  assert.equal((await client.stats()).rpcs.length, 4);

  for (const [options, code] of [
    [clientOf(keys.server, keys.stranger), "KEY_REFUSED"],
    [{}, "SECURITY_MISMATCH"],
  ] as const) {
    const seen = new Seen();
    const stranger = new IntrospectionClient(reactor.endpoints, {
      ...options,
      onStatus: seen.note,
    });
    await using _stranger = stranger;
    const asked = assert.rejects(stranger.describe(soon), { code: "CLOSED" });
    await seen.refused(code);
    stranger.close();
    await asked;
  }
  const link = () => reactor.stats.links[0];
  assert.equal(link()?.received, 2, "a stranger's request came through");
  assert.equal(link()?.peers, 1);
  client.close();
  await until(() => link()?.peers === 0, "the client's leaving");
});
