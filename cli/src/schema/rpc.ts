import { type DescMethod, getOption, hasOption } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { esMessageType } from "dividere/codegen/es";
import type { MessageType, RpcKind } from "dividere/messaging";
import { method as methodOption, Pattern } from "../gen/dividere/v1/options_pb.js";

/** An rpc as the runtime's clients take it. */
export interface DynamicRpc {
  readonly path: string;
  /** Left out of an rpc without streams, which the runtime calls on a shorter way. */
  readonly kind?: RpcKind;
  readonly handler: string;
  // biome-ignore lint/suspicious/noExplicitAny: the types are known only when the command runs
  readonly request: MessageType<any>;
  // biome-ignore lint/suspicious/noExplicitAny: the types are known only when the command runs
  readonly response: MessageType<any>;
  readonly idempotency?: "NO_SIDE_EFFECTS" | "IDEMPOTENT";
}

const KINDS: Readonly<Record<DescMethod["methodKind"], RpcKind | undefined>> = {
  unary: undefined,
  server_streaming: "serverStream",
  client_streaming: "clientStream",
  bidi_streaming: "bidiStream",
};

const definitions = new WeakMap<DescMethod, DynamicRpc>();

/** Makes the definition of an rpc from its descriptor. */
export function rpcDefinition(method: DescMethod): DynamicRpc {
  let definition = definitions.get(method);
  if (definition === undefined) {
    const idempotency = idempotencyOf(method);
    const kind = KINDS[method.methodKind];
    definition = {
      path: pathOf(method),
      ...(kind !== undefined && { kind }),
      // Only a reactor calls handlers.
      handler: "",
      request: esMessageType(method.input),
      response: esMessageType(method.output),
      ...(idempotency !== undefined && { idempotency }),
    };
    definitions.set(method, definition);
  }
  return definition;
}

/** Returns the name of an rpc as an envelope carries it, such as `greeter.v1.Greeter/Reverse`. */
export function pathOf(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}

/** Returns whether an rpc is an event, which is published and not called. */
export function isPublished(method: DescMethod): boolean {
  return (
    hasOption(method, methodOption) && getOption(method, methodOption).pattern === Pattern.PUBLISH
  );
}

function idempotencyOf({ idempotency }: DescMethod): DynamicRpc["idempotency"] {
  switch (idempotency) {
    case MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS:
      return "NO_SIDE_EFFECTS";
    case MethodOptions_IdempotencyLevel.IDEMPOTENT:
      return "IDEMPOTENT";
    default:
      return undefined;
  }
}
