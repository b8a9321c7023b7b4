import type { MessageCode } from "../messages/message-code.js";

/** The view of a service; a class is undefined if the service does not need it or the user does not want it. */
export interface ServiceView {
  /** Undefined if no class needs the definition. */
  readonly definition: DefinitionView | undefined;
  readonly publisher: PublisherView | undefined;
  readonly subscriber: SubscriberView | undefined;
  readonly request: RequestView | undefined;
  readonly reactor: HandlersView | undefined;
  readonly service: HandlersView | undefined;
}

export interface DefinitionView {
  readonly name: string;
  readonly typeName: string;
  readonly registryName: string;
  readonly rpcs: readonly RpcView[];
}

/** The messages of an rpc. */
export interface RpcMessages {
  readonly request: MessageCode;
  /** Undefined if the rpc is published. */
  readonly response: MessageCode | undefined;
}

export interface RpcView extends RpcMessages {
  /** The key of the rpc in the definition. */
  readonly key: string;
  readonly path: string;
  /** Undefined if one request has one response. */
  readonly kind: "serverStream" | "clientStream" | "bidiStream" | undefined;
  readonly handler: string;
  /** Undefined if the schema does not say. */
  readonly idempotency: "NO_SIDE_EFFECTS" | "IDEMPOTENT" | undefined;
  readonly isDefault: boolean;
  readonly isShared: boolean;
}

export interface Documented {
  readonly name: string;
  readonly docs: readonly string[];
}

export interface PublisherView extends Documented {
  readonly definition: string;
  readonly events: readonly MessageCode[];
  readonly methods: readonly (Documented & { readonly rpc: string; readonly event: MessageCode })[];
}

export interface SubscriberView extends Documented {
  readonly events: readonly MessageCode[];
}

export interface RequestView extends Documented {
  readonly definition: string;
  readonly lookupDocs: readonly string[];
  readonly methods: readonly CallView[];
}

/** The ends of an rpc that send any number of messages. */
export interface Streams {
  /** Whether the client sends a stream. */
  readonly takesStream: boolean;
  /** Whether the server sends a stream. */
  readonly yields: boolean;
}

export interface CallView extends Documented, Streams {
  readonly rpc: string;
  /** The method of the base class that carries out the call. */
  readonly call: "callUnary" | "callServerStream" | "callClientStream" | "callBidiStream";
  readonly request: MessageCode;
  readonly response: MessageCode;
}

export interface HandlersView extends Documented {
  readonly definition: string;
  readonly handlers: readonly (Documented & RpcMessages & Streams)[];
}
