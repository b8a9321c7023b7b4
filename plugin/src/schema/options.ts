import { type DescMessage, type DescMethod, type DescService, getOption } from "@bufbuild/protobuf";
import {
  Handlers,
  message as messageOptions,
  method as methodOptions,
  Pattern,
  service as serviceOptions,
} from "../gen/dividere/v1/options_pb.js";

// Reading an option takes time even on an element without options, and most elements have none.

/** Returns whether the rpc is published and gets no answer. */
export function isPublished(rpc: DescMethod): boolean {
  return (
    rpc.proto.options !== undefined && getOption(rpc, methodOptions).pattern === Pattern.PUBLISH
  );
}

/** Returns the name of the reactor's method for a message, or for one rpc; empty without an annotation. */
export function annotatedHandler(desc: DescMessage | DescMethod): string {
  if (desc.proto.options === undefined) return "";
  return desc.kind === "message"
    ? getOption(desc, messageOptions).handler
    : getOption(desc, methodOptions).handler;
}

/** Returns whether the rpc gets the requests that name its message but no rpc. */
export function isDefault(rpc: DescMethod): boolean {
  return rpc.proto.options !== undefined && getOption(rpc, methodOptions).default;
}

/** Returns whether all handlers of the service are named after their rpcs. */
export function namesHandlersByRpc(service: DescService): boolean {
  return (
    service.proto.options !== undefined &&
    getOption(service, serviceOptions).handlers === Handlers.BY_RPC
  );
}

/** Returns the annotated name in the registry; empty without an annotation. */
export function annotatedName(service: DescService): string {
  return service.proto.options === undefined ? "" : getOption(service, serviceOptions).name;
}
