import type { InstanceInfo, LinkRow, TapInfo, Tick } from "../../../src/monitor/protocol.js";

/** A node of the graph: an instance, the registry, the monitor, or an address that no instance has. */
export interface Node {
  readonly id: string;
  readonly column: 0 | 1 | 2;
  readonly kind: "registry" | "instance" | "endpoint" | "monitor";
  readonly title: string;
  readonly detail: string;
  /** The name of the service, of an instance. */
  readonly service: string;
  readonly tone: "good" | "warn" | "bad" | "calm";
}

/** A connection between two nodes. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: "lists" | "events" | "requests";
  /** What passes, in words: "12 events/s". */
  readonly text: string;
  /** Messages a second. */
  readonly rate: number;
}

/** Nodes and their connections. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

/** Link kinds that connect to the place where their messages are from or go. */
const CONNECTING = new Set(["Subscriber", "Dealer", "Request", "DealerPool", "Server", "Worker"]);
/** Link kinds at which others connect. */
const SERVING = new Set(["Router", "Publisher", "Response", "Broker"]);

/** What the graph is made of. */
export interface Known {
  readonly registry: string | undefined;
  readonly instances: readonly InstanceInfo[];
  readonly taps: readonly TapInfo[];
  readonly tick: Tick | undefined;
}

/** Derives from the links of the instances which of them are connected. */
export function graphOf({ registry, instances, taps, tick }: Known): Graph {
  const drawing = new GraphBuilder(instances);
  if (registry !== undefined) drawing.addRegistry(registry, instances);
  for (const instance of instances) {
    drawing.addLinks(instance, tick?.instances[instance.key]?.links ?? []);
  }
  if (taps.length > 0) drawing.addTaps(taps);
  return drawing.graph;
}

class GraphBuilder {
  readonly #nodes = new Map<string, Node>();
  readonly #edges: Edge[] = [];
  /** The instances by the addresses at which they serve. */
  readonly #owners = new Map<string, string>();

  constructor(instances: readonly InstanceInfo[]) {
    for (const instance of instances) {
      this.#nodes.set(instance.key, instanceNode(instance));
      this.#owners.set(normal(instance.endpoint), instance.key);
      for (const { kind, endpoints } of instance.links) {
        if (!SERVING.has(kind)) continue;
        for (const each of endpoints) this.#owners.set(normal(each), instance.key);
      }
    }
  }

  get graph(): Graph {
    return { nodes: [...this.#nodes.values()], edges: this.#edges };
  }

  /** @param endpoint - That of the registry, or those of several, separated by commas. */
  addRegistry(endpoint: string, instances: readonly InstanceInfo[]): void {
    for (const each of endpoint.split(",")) {
      this.#owners.set(normal(each), "registry");
      this.#owners.set(normal(eventsOf(each)), "registry");
    }
    this.#nodes.set("registry", special("registry", 0, "registry", "Registry", endpoint));
    for (const { key, registered, leaseMs } of instances) {
      const text = leaseMs > 0 ? `lease ${leaseMs / 1_000} s` : "probed";
      if (registered) {
        this.#edges.push({ from: "registry", to: key, kind: "lists", text, rate: 0 });
      }
    }
  }

  addLinks({ key, links }: InstanceInfo, rows: readonly LinkRow[]): void {
    for (const [at, { kind, endpoints }] of links.entries()) {
      if (!CONNECTING.has(kind)) continue;
      for (const endpoint of endpoints) this.#connect(key, kind, endpoint, rows[at]);
    }
  }

  addTaps(taps: readonly TapInfo[]): void {
    const monitor = special("monitor", 2, "monitor", "This monitor", "listens to events");
    this.#nodes.set("monitor", monitor);
    for (const { endpoint, connected } of taps) {
      const text = connected ? "connected" : "waits";
      const from = this.#ownerOf(endpoint);
      this.#edges.push({ from, to: "monitor", kind: "events", text, rate: 0 });
    }
  }

  #connect(key: string, kind: string, endpoint: string, row: LinkRow | undefined): void {
    const other = this.#ownerOf(endpoint);
    if (other === key) return;
    const isEvents = kind === "Subscriber";
    const rate = (isEvents ? row?.receivedPerSecond : row?.sentPerSecond) ?? 0;
    const text = `${Math.round(rate * 10) / 10} ${isEvents ? "events" : "messages"}/s`;
    const ends = isEvents ? { from: other, to: key } : { from: key, to: other };
    this.#edges.push({ ...ends, kind: isEvents ? "events" : "requests", text, rate });
  }

  /** Returns the node at an address; makes one for an address that no instance has. */
  #ownerOf(endpoint: string): string {
    const address = normal(endpoint);
    const owner = this.#owners.get(address) ?? `endpoint ${address}`;
    if (!this.#nodes.has(owner)) {
      this.#nodes.set(owner, special(owner, 2, "endpoint", "Endpoint", address));
    }
    return owner;
  }
}

function instanceNode({ key, name, endpoint, state, health }: InstanceInfo): Node {
  const tones = {
    up: "good",
    connecting: "calm",
    silent: "calm",
    lost: "bad",
    refused: "bad",
  } as const;
  return {
    id: key,
    column: 1,
    kind: "instance",
    title: name,
    detail: endpoint.replace(/^tcp:\/\//, ""),
    service: name,
    tone: health === "NOT_SERVING" ? "warn" : tones[state],
  };
}

function special(
  id: string,
  column: 0 | 2,
  kind: "registry" | "endpoint" | "monitor",
  title: string,
  detail: string,
): Node {
  return { id, column, kind, title, detail, service: "", tone: "calm" };
}

/** Returns the endpoint at which a registry publishes by default: the next port. */
function eventsOf(endpoint: string): string {
  return endpoint.replace(/\d+$/, (port) => String(Number(port) + 1));
}

/** Returns an address in one form, so that both ends of a connection have the same: `host:port`. */
function normal(endpoint: string): string {
  return endpoint
    .replace(/^[>@+]?tcp:\/\//, "")
    .replace(/^(localhost|0\.0\.0\.0|\*|\[::\]|\[::1\])(?=:\d+$)/, "127.0.0.1");
}
