// A registry with so many entries, and in the other role a client that looks them up.
import { RegistryClient, RegistryServer } from "dividere/registry";
import { drive } from "../load.js";
import { roleOptions, serveBench } from "../role.js";

const { endpoint } = roleOptions<{ endpoint?: string }>();
if (endpoint === undefined) serve();
else ask(endpoint);

function serve(): void {
  const any = "tcp://127.0.0.1:*";
  // The entries are no services, so a probe would remove them.
  const server = new RegistryServer({ endpoint: any, eventsEndpoint: any, probe: false });
  serveBench({ memory }, { endpoint: server.endpoint });
}

/** The memory of this process after a collection, in bytes. */
function memory(): { readonly bytes: number } {
  globalThis.gc?.();
  return { bytes: process.memoryUsage().rss };
}

function ask(at: string): void {
  const client = new RegistryClient(at, { address: "127.0.0.1" });
  let entries = 0;
  const name = (index: number): string => `service-${index}`;
  serveBench({
    // Entries of the rounds before stay listed.
    fill: async ({ count }) => {
      const missing = count - entries;
      const result = await drive(missing, 100, (each) => client.register(name(entries + each), 1));
      entries = count;
      return result;
    },
    call: ({ count, inFlight }) =>
      drive(count, inFlight, async (each) => {
        const found = await client.lookup(name(1 + ((Math.imul(each, 7_919) >>> 0) % entries)));
        if (found === undefined) throw new Error("An entry that was registered is not found");
      }),
  });
}
