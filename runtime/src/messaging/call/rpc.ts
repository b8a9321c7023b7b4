import type { MessageType } from "../envelope/message-type.js";

/** Whether the request or the response of an rpc is a stream; `unary` where neither is. */
export type RpcKind = "unary" | "serverStream" | "clientStream" | "bidiStream";

/**
 * The promise of an rpc that it may be carried out more than once: `idempotency_level` in the proto
 * file.
 */
export type Idempotency = "NO_SIDE_EFFECTS" | "IDEMPOTENT";

/** One rpc of a service. */
// biome-ignore lint/suspicious/noExplicitAny: the messages of one rpc differ from those of another
export interface RpcDefinition<Q extends object = any, R extends object = any> {
  /** The full name of the service, a slash and the rpc's name: what an envelope names it by. */
  readonly path: string;
  /** `unary` by default. */
  readonly kind?: RpcKind;
  /** The reactor's method for it. */
  readonly handler: string;
  /** The type of the request, or of each message of a stream of requests. */
  readonly request: MessageType<Q>;
  /** The type of the response, or of each of a stream; an rpc without one is published. */
  readonly response?: MessageType<R>;
  /** Left out where the proto file says nothing. */
  readonly idempotency?: Idempotency;
  /** Whether a request that names no rpc is for this one, where several take its message. */
  readonly default?: boolean;
  /** Whether several rpcs of the service take its request. */
  readonly shared?: boolean;
}

/** The description of a service that generated code gives to the runtime. */
export interface ServiceDefinition {
  /** The service's full proto name. */
  readonly typeName: string;
  /** Its name in the registry. */
  readonly name: string;
  /** By the rpc's name, in the order of the proto file. */
  readonly rpcs: Readonly<Record<string, RpcDefinition>>;
}

/** The rpcs of a service, in the order of the proto file. */
export function rpcsOf({ rpcs }: ServiceDefinition): readonly RpcDefinition[] {
  return Object.values(rpcs);
}

/** Whether the requests of an rpc are a stream. */
export function streamsRequests({ kind }: RpcDefinition): boolean {
  return kind === "clientStream" || kind === "bidiStream";
}

/** Whether the responses of an rpc are a stream. */
export function streamsResponses({ kind }: RpcDefinition): boolean {
  return kind === "serverStream" || kind === "bidiStream";
}
