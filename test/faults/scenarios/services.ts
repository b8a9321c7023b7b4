// Services that clients find by name, and the registry that lists them.
import assert from "node:assert/strict";
import { lookup } from "dividere/codegen";
import { RegistryClient } from "dividere/registry";
import { freePort } from "../../support/ports.js";
import type { Scenario } from "../harness/scenario.js";
import type { Stage } from "../harness/stage.js";
import { PlainRequest, WorkRequest, workDefinition } from "../programs/desk.js";
import type { FaultsRequest } from "../programs/faults-request.js";

type ClientClass = new (endpoint: string, options?: object) => FaultsRequest;

/** Two services that are killed and started again in the other order, on the first free ports. */
const otherOrder = (
  done: string,
  typeNames: { readonly work: string; readonly audit: string },
  Client: ClientClass,
): Scenario => ({
  done: `two services restarted in the other order, each on the first free port; ${done}`,
  must: "the other service carries none of its calls out; a client that follows the registry is answered by the right one, and one that does not gets `WRONG_SERVICE`",
  async play(stage) {
    const registry = await stage.start("registry");
    const first = await freePort();
    const start = (name: "work" | "audit") =>
      stage.start("desk", {
        registry: registry.endpoint,
        registryEvents: registry.endpoints[1],
        ports: { first, last: first + 20 },
        typeName: typeNames[name],
        name,
      });
    const find = async (follow: boolean): Promise<FaultsRequest> =>
      stage.own(
        await lookup(Client, workDefinition, {
          registry: registry.endpoint,
          name: "work",
          follow,
        }),
      );
    const [work, audit] = [await start("work"), await start("audit")];
    const [follower, other] = [await find(true), await find(false)];
    for (const client of [follower, other])
      assert.equal((await stage.load(client, { count: 100, timeoutMs: 10_000 })).of("OK"), 100);
    const [place] = work.endpoints;
    await work.kill();
    await audit.kill();
    const taker = await start("audit");
    assert.equal(taker.endpoint, place, "the other service has the port");
    await start("work");
    const calls = await stage.load(follower, { count: 100, timeoutMs: 10_000 });
    assert.equal(calls.of("OK"), 100, calls.results);
    const refused = await stage.load(other, { count: 100, timeoutMs: 10_000 });
    assert.equal(refused.of("WRONG_SERVICE"), 100, refused.results);
    assert.equal((await taker.stats()).begun, 0);
    return "100 of 100 answered by the right one, 100 of 100 refused, none carried out by the other";
  },
});

async function listed(stage: Stage, endpoint: string): Promise<() => Promise<boolean>> {
  const lookups = stage.own(new RegistryClient(endpoint, { timeoutMs: 20_000 }));
  return async () => (await lookups.lookup("greeter")) !== undefined;
}

export const services: readonly Scenario[] = [
  otherOrder(
    "a client that knows the one by its name in the proto file",
    { work: "Work", audit: "Audit" },
    WorkRequest,
  ),
  otherOrder(
    "both are of one proto file, and a client knows the one by its name in the registry",
    { work: "Work", audit: "Work" },
    WorkRequest,
  ),
  otherOrder(
    "both are of one proto file, and a client names no rpc",
    { work: "Work", audit: "Work" },
    PlainRequest,
  ),
  {
    done: "half-open link of a registered service: its side is reset, the registry's side stays open",
    must: "the service connects again, is registered over the new connection, and is unregistered on `SIGTERM`",
    async play(stage) {
      const registry = await stage.start("registry", { guardConnections: true });
      const link = await stage.link(registry.endpoint);
      const options = { registry: link.endpoint, registryEvents: registry.endpoints[1] };
      const service = await stage.start("service", options);
      await service.act();
      const { registrations } = await service.stats();
      link.resetNear();
      await service.until(
        (stats) =>
          stats["state"] === "registered" && Number(stats["registrations"]) > Number(registrations),
        "a further registration",
      );
      const isListed = await listed(stage, registry.endpoint);
      assert.equal(await isListed(), true);
      const client = await stage.client(service.endpoints);
      assert.equal((await stage.load(client, { count: 100, timeoutMs: 10_000 })).of("OK"), 100);
      service.signal("SIGTERM");
      await stage.noticed();
      service.endInput();
      assert.equal((await service.ended).status, 0);
      assert.equal(await isListed(), false);
      return "registered again, 100 of 100 calls answered, and unregistered";
    },
  },
];
