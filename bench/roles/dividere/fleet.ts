// The services of a fleet, as their registry sees them, and the clients that watch them.
import { RegistryClient, type RegistryEvent } from "dividere/registry";
import { drive } from "../load.js";
import { type Answers, clock, roleOptions, serveBench, tell } from "../role.js";

/** The instances of each name. */
const PER_NAME = 10;

/** The watches of each connection. */
const PER_CONNECTION = 10;

const { endpoint = "", watch } = roleOptions<{ endpoint?: string; watch?: number }>();
const options = { timeoutMs: 60_000 };

if (watch === undefined) serveBench(services());
else watchers(watch);

function services(): Answers {
  const client = new RegistryClient(endpoint, options);
  let entries = 0;
  const keyOf = (index: number) => ({
    name: `service-${Math.floor(index / PER_NAME)}`,
    id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
  });
  const instance = (index: number, version = "1.0.0") => ({
    ...keyOf(index),
    host: "10.0.0.1",
    port: 1 + index,
    version,
    metadata: { zone: "a" },
    services: ["bench.v1.Service"],
  });
  const some = (each: number): number => (Math.imul(each, 7_919) >>> 0) % entries;
  let version = 0;
  return {
    fill: async ({ count }) => {
      const register = (each: number) =>
        client.registerInstance(instance(each - 1), { leaseMs: 300_000 });
      const result = await drive(count, 100, register);
      entries = count;
      return result;
    },
    call: ({ count, inFlight }) =>
      drive(count, inFlight, async (each) => {
        const found = await client.lookup(keyOf(some(each)).name);
        if (found === undefined) throw new Error("A service that was registered is not found");
      }),
    renew: ({ count, inFlight }) =>
      drive(count, inFlight, (each) => client.renew(keyOf(some(each)))),
    change: async () => {
      const changed = instance(0, `1.0.${++version}`);
      const at = clock();
      await client.registerInstance(changed, { leaseMs: 300_000 });
      return { at };
    },
  };
}

function watchers(count: number): void {
  const clients = Array.from(
    { length: Math.ceil(count / PER_CONNECTION) },
    () => new RegistryClient(endpoint, options),
  );
  let listed = 0;
  let told = 0;
  const note = ({ type }: RegistryEvent): void => {
    if (type === "listed" && ++listed === count) tell("listed");
    if (type !== "changed" || ++told < count) return;
    told = 0;
    tell("told", { at: clock() });
  };
  const follow = async (client: RegistryClient): Promise<void> => {
    for await (const event of client.watch("service-0")) note(event);
  };
  serveBench({
    watch: () => {
      for (let i = 0; i < count; i++) {
        const client = clients[i % clients.length];
        if (client !== undefined) void follow(client);
      }
      return undefined;
    },
  });
}
