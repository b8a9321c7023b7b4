import assert from "node:assert/strict";
import { IntrospectionClient } from "dividere/introspection";
import { GreeterReactor } from "../../gen/plain_dividere.js";
import { isClosed, local, type Scenarios, soon } from "./scenario.js";

class Silent extends GreeterReactor {
  override handleMsg01(): Promise<never> {
    return new Promise(() => {});
  }
  override handleMsg02(): void {}
  override handleTelegram(): void {}
  override handleScalars(): Promise<never> {
    return new Promise(() => {});
  }
}

export const introspectionScenarios: Scenarios = {
  "introspection.IntrospectionClient and the reactor that it watches": (repeat) =>
    repeat(async ({ signal, watch }) => {
      await using reactor = watch(new Silent({ serve: local }));
      await using client = watch(new IntrospectionClient(reactor.endpoints));
      assert.equal((await client.describe({ ...soon, signal })).instance, reactor.instance);
      assert.ok((await client.schema({ ...soon, signal })).length > 0);
      for await (const { rpcs } of client.watchStats({ ...soon, signal })) {
        assert.equal(rpcs[0]?.started, 0);
        break;
      }
      const watched = client.watchStats({ intervalMs: 1_000_000 });
      await watched.next();
      const next = watched.next();
      client.close();
      await isClosed(next);
    }),
};
