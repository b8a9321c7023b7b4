import {
  rpcsOf,
  type ServedService,
  type ServiceSchema,
  streamsRequests,
  streamsResponses,
} from "../call/rpc.js";
import type { MtMsgReactor } from "../reactor/reactor.js";
import type { ReactorStats } from "../stats/reactor-stats.js";
import type { Vitals } from "../stats/vitals.js";

/** One service, as a running reactor describes it. */
export interface ServiceDescription {
  /** The full proto name, such as `greeter.v1.Greeter`. */
  readonly typeName: string;
  /** The name in the registry. */
  readonly name: string;
  /** The rpcs, in the order of the proto file. */
  readonly rpcs: readonly RpcDescription[];
}

/** One rpc of a service. */
export interface RpcDescription {
  /** The name in the proto file, such as `Reverse`. */
  readonly name: string;
  /** The full name of the request, or of each message of a stream of requests. */
  readonly request: string;
  /** The full name of the response, or of each message of a stream of responses. */
  readonly response: string;
  /** Whether the requests are a stream. */
  readonly clientStreaming: boolean;
  /** Whether the responses are a stream. */
  readonly serverStreaming: boolean;
  /** Whether the rpc is an event, which is published and not called. */
  readonly published: boolean;
}

/** What a running reactor, service or farm is. */
export interface ReactorDescription {
  /** The services that it serves at this endpoint. */
  readonly services: readonly ServiceDescription[];
  /** The version that its option `version` names; empty by default. */
  readonly version: string;
  /** The id of the running instance; new at every start. */
  readonly instance: string;
  /** The time of its start. */
  readonly startedAt: Date;
  /** The runtime and its version, such as `dividere-typescript/0.1.0`. */
  readonly runtime: string;
  /** The platform, such as `node/20.19.0 linux/x64`. */
  readonly platform: string;
  /** The id of its process. */
  readonly pid: number;
  /** The name of its machine. */
  readonly host: string;
}

/** The object that the introspection describes: a reactor, or a farm of reactors. */
export interface Introspected {
  readonly vitals: Vitals;
  /** The current counters. */
  readonly stats: ReactorStats;
  /** Returns the services. */
  services(): readonly ServiceDescription[] | Promise<readonly ServiceDescription[]>;
  /** Returns the schemas of the services that have one. */
  schemas(): readonly ServiceSchema[] | Promise<readonly ServiceSchema[]>;
}

/** The response of an rpc that nobody answers, as its proto file has it. */
const NOTHING = "google.protobuf.Empty";

/** Makes the description of a reactor for its introspection. */
export function introspectedReactor(reactor: MtMsgReactor): Introspected {
  return {
    vitals: reactor._vitals,
    get stats() {
      return reactor.stats;
    },
    services: () => reactor._served.map(describeService),
    schemas: () => schemasOf(reactor._served),
  };
}

/** Describes a service. */
export function describeService({ definition, name }: ServedService): ServiceDescription {
  return {
    typeName: definition.typeName,
    name,
    rpcs: rpcsOf(definition).map((rpc) => ({
      name: rpc.path.slice(rpc.path.lastIndexOf("/") + 1),
      request: rpc.request.$type,
      response: rpc.response?.$type ?? NOTHING,
      clientStreaming: streamsRequests(rpc),
      serverStreaming: streamsResponses(rpc),
      published: rpc.response === undefined,
    })),
  };
}

/** Returns the schemas of services, each once: the services of one file have one schema. */
export function schemasOf(served: readonly ServedService[]): readonly ServiceSchema[] {
  return [...new Set(served.flatMap(({ definition }) => definition.schema ?? []))];
}
