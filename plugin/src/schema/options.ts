import { type DescMessage, type DescMethod, type DescService, getOption } from "@bufbuild/protobuf";
import {
  Handlers,
  message as messageOptions,
  method as methodOptions,
  Pattern,
  service as serviceOptions,
} from "../gen/dividere/v1/options_pb.js";

// Reading an option takes its time even where there is none, and most elements have none.

/** Whether nobody answers the rpc. */
export function isPublished(rpc: DescMethod): boolean {
  return (
    rpc.proto.options !== undefined && getOption(rpc, methodOptions).pattern === Pattern.PUBLISH
  );
}

/** The name of the reactor's method for a message, or for one rpc; empty when it is not annotated. */
export function annotatedHandler(desc: DescMessage | DescMethod): string {
  if (desc.proto.options === undefined) return "";
  return desc.kind === "message"
    ? getOption(desc, messageOptions).handler
    : getOption(desc, methodOptions).handler;
}

/** Whether the rpc gets the requests that name its message and no rpc. */
export function isDefault(rpc: DescMethod): boolean {
  return rpc.proto.options !== undefined && getOption(rpc, methodOptions).default;
}

/** Whether all handlers of the service are named after their rpcs. */
export function namesHandlersByRpc(service: DescService): boolean {
  return (
    service.proto.options !== undefined &&
    getOption(service, serviceOptions).handlers === Handlers.BY_RPC
  );
}

/** The name in the registry, when it is annotated. */
export function annotatedName(service: DescService): string {
  return service.proto.options === undefined ? "" : getOption(service, serviceOptions).name;
}
