import type { MessageCode } from "../messages/message-code.js";

/** The view of a service; a class that the service does not need, or the user does not want, is undefined. */
export interface ServiceView {
  /** Undefined when no class needs it. */
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
  /** Undefined when the rpc is published. */
  readonly response: MessageCode | undefined;
}

export interface RpcView extends RpcMessages {
  /** The rpc among those of the definition. */
  readonly key: string;
  readonly path: string;
  /** Undefined when one request has one response. */
  readonly kind: "serverStream" | "clientStream" | "bidiStream" | undefined;
  readonly handler: string;
  /** Undefined where the schema does not tell. */
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

/** Which ends of an rpc send any number of messages. */
export interface Streams {
  /** The client does. */
  readonly takesStream: boolean;
  /** The server does. */
  readonly yields: boolean;
}

export interface CallView extends Documented, Streams {
  readonly rpc: string;
  /** The method of the base class that carries the call out. */
  readonly call: "callUnary" | "callServerStream" | "callClientStream" | "callBidiStream";
  readonly request: MessageCode;
  readonly response: MessageCode;
}

export interface HandlersView extends Documented {
  readonly definition: string;
  readonly handlers: readonly (Documented & RpcMessages & Streams)[];
}
