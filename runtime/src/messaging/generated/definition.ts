import type { MessageType } from "../envelope/message-type.js";

/**
 * One rpc of a service. An envelope names a message type and no method, so within a service a
 * request type stands for one rpc.
 */
export interface RpcDefinition {
  /** The rpc's name in the proto file. */
  readonly name: string;
  /** The reactor's method for it. */
  readonly handler: string;
  /** The type of the request; no other rpc of the service takes it. */
  readonly request: MessageType;
  /** What answers it; an rpc without one is published. */
  readonly response?: MessageType;
}

/** The description of a service that generated code gives to the runtime. */
export interface ServiceDefinition {
  /** The service's full proto name. */
  readonly typeName: string;
  /** Its name in the registry. */
  readonly name: string;
  /** In the order of the proto file. */
  readonly rpcs: readonly RpcDefinition[];
}
