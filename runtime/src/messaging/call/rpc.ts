import type { DescFile } from "@bufbuild/protobuf";
import type { MessageType } from "../envelope/message-type.js";

/** Whether the request or the response of an rpc is a stream; `unary` if neither is. */
export type RpcKind = "unary" | "serverStream" | "clientStream" | "bidiStream";

/**
 * The promise that an rpc may be carried out more than once: `idempotency_level` in the proto file.
 */
export type Idempotency = "NO_SIDE_EFFECTS" | "IDEMPOTENT";

/** One rpc of a service. */
// biome-ignore lint/suspicious/noExplicitAny: the messages of one rpc differ from those of another
export interface RpcDefinition<Q extends object = any, R extends object = any> {
  /**
   * The full name of the service, a slash and the rpc's name; an envelope names the rpc in this
   * form.
   */
  readonly path: string;
  /** `unary` by default. */
  readonly kind?: RpcKind;
  /** The name of the reactor's method for the rpc. */
  readonly handler: string;
  /** The type of the request, or of each message of a stream of requests. */
  readonly request: MessageType<Q>;
  /**
   * The type of the response, or of each message of a stream of responses; an rpc without a
   * response publishes events.
   */
  readonly response?: MessageType<R>;
  /** The `idempotency_level`; left out if the proto file does not set it. */
  readonly idempotency?: Idempotency;
  /** Whether a request that names no rpc goes to this rpc, if several rpcs take its message. */
  readonly default?: boolean;
  /** Whether several rpcs of the service take the same request. */
  readonly shared?: boolean;
}

/** The description of a service that generated code gives to the runtime. */
export interface ServiceDefinition {
  /** The service's full proto name. */
  readonly typeName: string;
  /** The service's name in the registry. */
  readonly name: string;
  /** The rpcs by name, in the order of the proto file. */
  readonly rpcs: Readonly<Record<string, RpcDefinition>>;
  /** The schema. Left out by the parameter `reflection=false` of the plugin. */
  readonly schema?: ServiceSchema;
}

/**
 * The proto file of a service and its imports: a serialised `FileDescriptorSet` in base64, without the
 * annotations and the files of `google/protobuf`, or the descriptor that protobuf-es has of the file.
 */
export type ServiceSchema = string | DescFile;

/** A service that a running reactor serves. */
export interface ServedService {
  readonly definition: ServiceDefinition;
  /** The name in the registry. */
  readonly name: string;
}

/** Returns the rpcs of a service, in the order of the proto file. */
export function rpcsOf({ rpcs }: ServiceDefinition): readonly RpcDefinition[] {
  return Object.values(rpcs);
}

/** Returns whether the requests of an rpc are a stream. */
export function streamsRequests({ kind }: RpcDefinition): boolean {
  return kind === "clientStream" || kind === "bidiStream";
}

/** Returns whether the responses of an rpc are a stream. */
export function streamsResponses({ kind }: RpcDefinition): boolean {
  return kind === "serverStream" || kind === "bidiStream";
}
