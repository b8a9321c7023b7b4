import type { LinkStats } from "../../connection/socket/connector.js";
import type { RpcCounters, RpcStats } from "./rpc-counters.js";
import type { Vitals } from "./vitals.js";

/** The counters of a reactor, a service or a farm since it was made. */
export interface ReactorStats {
  /** The id of the running instance; counters begin anew with a new instance. */
  readonly instance: string;
  /** The time when the counters began. */
  readonly startedAt: Date;
  /** The time of this reading. */
  readonly readAt: Date;
  /** The handlers that run now, those of streams included. */
  readonly inFlight: number;
  /** The most requests that are handled at a time; streams have their own limit. */
  readonly concurrency: number;
  /** The processes that run the handlers; 0 for the reactor's own process alone. */
  readonly workers: number;
  /** The counts of each rpc, in the order of the proto file. */
  readonly rpcs: readonly RpcStats[];
  /** The counts of each link. */
  readonly links: readonly ReactorLinkStats[];
  /** The memory of the process. */
  readonly memory: ProcessMemory;
}

/** The counters of one link of a reactor. */
export interface ReactorLinkStats {
  /** The name of the link's class, such as `Router` or `Subscriber`. */
  readonly kind: string;
  /** The link's endpoints. */
  readonly endpoints: readonly string[];
  /** Messages that libzmq has accepted. */
  readonly sent: number;
  /** Received messages. */
  readonly received: number;
  /** Messages that were not sent, for any reason, and messages that a subscriber has missed. */
  readonly dropped: number;
  /** The connected peers; 0 for a link whose connections are not watched. */
  readonly peers: number;
}

/** The memory of a process, in bytes. */
export interface ProcessMemory {
  /** The resident set. */
  readonly residentBytes: number;
  /** The used part of JavaScript's heap. */
  readonly heapBytes: number;
}

/** A connector, or a link that has one. */
type CountedLink = Counted & (Connected | { readonly connector: Connected });

interface Connected {
  readonly _peers: number;
}

interface Counted {
  readonly endpoints: readonly string[];
  readonly stats: LinkStats & { readonly lost?: number };
}

/** The parts of a reading. */
export interface StatsParts {
  readonly vitals: Vitals;
  readonly counters: Iterable<RpcCounters>;
  readonly links: readonly CountedLink[];
  readonly inFlight: number;
  readonly concurrency: number;
  readonly workers: number;
}

/** Reads all counters. */
export function readStats(parts: StatsParts): ReactorStats {
  const { vitals, counters, links, inFlight, concurrency, workers } = parts;
  const { rss, heapUsed } = process.memoryUsage();
  return {
    instance: vitals.instance,
    startedAt: vitals.startedAt,
    readAt: new Date(),
    inFlight,
    concurrency,
    workers,
    rpcs: Array.from(counters, (each) => each.read()),
    links: links.map(readLink),
    memory: { residentBytes: rss, heapBytes: heapUsed },
  };
}

function readLink(link: CountedLink): ReactorLinkStats {
  const { sent, received, dropped, lost = 0 } = link.stats;
  return {
    kind: link.constructor.name,
    endpoints: link.endpoints,
    sent,
    received,
    dropped: Object.values(dropped).reduce((sum, count) => sum + count, lost),
    peers: ("connector" in link ? link.connector : link)._peers,
  };
}
