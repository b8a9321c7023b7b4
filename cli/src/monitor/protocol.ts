// The messages between the monitor's server and its page. Types alone: the page is compiled for browsers.

/** The state of the monitor's connection to an instance. */
export type InstanceState =
  /** Not asked yet, or asked again after a loss. */
  | "connecting"
  /** Its counters arrive. */
  | "up"
  /** Listed, but it does not tell about itself: a plain service, or its introspection is off. */
  | "silent"
  /** Listed, but nobody answers. */
  | "lost"
  /** Listed, but it refuses this monitor's key, or needs one. */
  | "refused";

/** One link of an instance. */
export interface LinkInfo {
  readonly kind: string;
  readonly endpoints: readonly string[];
}

/** The description that a running process gives of itself. */
export interface ProcessInfo {
  readonly runtime: string;
  readonly platform: string;
  readonly pid: number;
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** One rpc as the page lists it. */
export interface RpcInfo {
  /** Such as `greeter.v1.Greeter/Reverse`. */
  readonly path: string;
  readonly request: string;
  readonly response: string;
  readonly clientStreaming: boolean;
  readonly serverStreaming: boolean;
  readonly published: boolean;
}

/** One running service at one address. */
export interface InstanceInfo {
  readonly key: string;
  /** The name in the registry, or that of the first service at an endpoint that the user gave. */
  readonly name: string;
  readonly id: string;
  readonly endpoint: string;
  readonly version: string;
  readonly health: "UNKNOWN" | "SERVING" | "NOT_SERVING";
  readonly metadata: Readonly<Record<string, string>>;
  /** The full names of the services. */
  readonly services: readonly string[];
  /** Whether a registry lists it; otherwise the user named its endpoint. */
  readonly registered: boolean;
  /** Milliseconds; 0 for a plain service. */
  readonly leaseMs: number;
  readonly state: InstanceState;
  /** The reason for a state other than `up`. */
  readonly reason: string;
  readonly process: ProcessInfo | undefined;
  readonly rpcs: readonly RpcInfo[];
  readonly links: readonly LinkInfo[];
  /** Whether calls can be made: the schema is known. */
  readonly callable: boolean;
}

/** Rates and latencies of an interval. The latencies are those of calls; `null` without calls. */
export type Point = readonly [
  /** Milliseconds since 1970. */
  time: number,
  /** Calls a second. */
  calls: number,
  /** Calls and events that failed, a second. */
  errors: number,
  /** Milliseconds. */
  p50: number | null,
  p90: number | null,
  p99: number | null,
  /** Handlers that run. */
  inFlight: number,
  /** Events that were handled, a second. */
  events: number,
];

/** The counters of one rpc of a service, over all of its instances. */
export interface RpcRow {
  readonly path: string;
  readonly started: number;
  readonly failed: number;
  /** By status code. */
  readonly failures: Readonly<Record<string, number>>;
  readonly inFlight: number;
  readonly callsPerSecond: number;
  readonly errorsPerSecond: number;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** The counters of one link: messages a second, and the number of dropped messages. */
export interface LinkRow {
  readonly sentPerSecond: number;
  readonly receivedPerSecond: number;
  readonly dropped: number;
  readonly peers: number;
}

/** The counters of an instance at a tick. */
export interface InstanceTick {
  readonly point: Point;
  readonly residentBytes: number;
  readonly heapBytes: number;
  readonly workers: number;
  readonly concurrency: number;
  readonly links: readonly LinkRow[];
}

/** All counters at one moment. */
export interface Tick {
  readonly time: number;
  readonly total: Point;
  readonly services: Readonly<Record<string, Point>>;
  readonly instances: Readonly<Record<string, InstanceTick>>;
  readonly rpcs: Readonly<Record<string, readonly RpcRow[]>>;
}

/** An instance that came, changed or went. */
export interface Happening {
  readonly time: number;
  readonly what: "came" | "went" | "restarted" | "health" | "lost" | "back" | "registry";
  readonly name: string;
  readonly text: string;
}

/** A published message that passed. */
export interface EventInfo {
  /** Counts the events of this monitor, from 1. */
  readonly number: number;
  readonly time: number;
  readonly endpoint: string;
  /** The full name of the message type. */
  readonly type: string;
  readonly bytes: number;
  /** The fields as JSON; `undefined` if the message could not be read, see `problem`. */
  readonly json: unknown;
  readonly problem: string;
}

/** The count of a message type at the taps. */
export interface EventTypeCount {
  readonly type: string;
  readonly count: number;
}

/** The events since the last batch. */
export interface EventBatch {
  readonly events: readonly EventInfo[];
  /** The events that were counted and not shown: more came than the page can show. */
  readonly skipped: number;
  readonly types: readonly EventTypeCount[];
}

/** The state of the registry. */
export interface RegistryInfo {
  readonly endpoint: string;
  readonly state: "connecting" | "up" | "lost" | "failed";
  readonly reason: string;
}

/** An endpoint whose events the monitor receives. */
export interface TapInfo {
  readonly endpoint: string;
  readonly connected: boolean;
  /** The reason why the publisher refuses this monitor; empty if it does not. */
  readonly problem: string;
}

/** All that the server knows, for a page that has just connected. */
export interface Snapshot {
  readonly version: string;
  readonly registry: RegistryInfo | undefined;
  readonly taps: readonly TapInfo[];
  readonly instances: readonly InstanceInfo[];
  readonly total: readonly Point[];
  readonly services: Readonly<Record<string, readonly Point[]>>;
  readonly history: Readonly<Record<string, readonly Point[]>>;
  readonly last: Tick | undefined;
  readonly happenings: readonly Happening[];
  readonly events: EventBatch;
}

/** One message of the stream from the server to the page. */
export type StreamMessage =
  | { readonly type: "snapshot"; readonly snapshot: Snapshot }
  | { readonly type: "tick"; readonly tick: Tick }
  | { readonly type: "instance"; readonly instance: InstanceInfo }
  | { readonly type: "gone"; readonly key: string }
  | { readonly type: "happening"; readonly happening: Happening }
  | { readonly type: "registry"; readonly registry: RegistryInfo }
  | { readonly type: "tap"; readonly tap: TapInfo }
  | { readonly type: "events"; readonly batch: EventBatch };

/** A field of a message, for the form. */
export interface FieldShape {
  /** The key in JSON. */
  readonly name: string;
  readonly kind: "scalar" | "enum" | "message";
  /** The name of the scalar type such as `string` or `int32`, or the full name of the type. */
  readonly type: string;
  readonly repeated: boolean;
  /** The scalar type of the keys of a map; empty for any other field. */
  readonly mapKey: string;
  /** The name of the oneof that the field is part of; empty without one. */
  readonly oneof: string;
}

/** A type with a JSON form of its own is edited as JSON; `example` shows that form. */
export interface MessageShape {
  readonly fields: readonly FieldShape[];
  readonly wellKnown: boolean;
  readonly example: unknown;
}

/** The schema of an instance, for the form. */
export interface SchemaShape {
  readonly rpcs: readonly RpcInfo[];
  readonly messages: Readonly<Record<string, MessageShape>>;
  readonly enums: Readonly<Record<string, readonly string[]>>;
}

/** A call that the page asks for. */
export interface CallRequest {
  readonly key: string;
  readonly path: string;
  /** The JSON of the requests; exactly one, unless the rpc takes a stream. */
  readonly messages: readonly unknown[];
  /** 0 for the default: 10 s, and no limit for streams. */
  readonly timeoutMs: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** One line of the answer to a call. */
export type CallLine =
  | { readonly type: "message"; readonly json: unknown }
  | { readonly type: "headers" | "trailers"; readonly headers: Readonly<Record<string, string>> }
  | { readonly type: "end"; readonly ms: number }
  | {
      readonly type: "error";
      readonly code: string;
      readonly message: string;
      readonly hint: string;
      readonly details: readonly unknown[];
      readonly ms: number;
    };

/** The points of a history that the server and the page keep, one a second. */
export const HISTORY: number = 300;

/** The points of an instance's sparkline. */
export const SPARKLINE: number = 60;

/** The events that the server and the page keep. */
export const MOST_EVENTS: number = 500;

/** The comings and goings that the server and the page keep. */
export const MOST_HAPPENINGS: number = 100;
