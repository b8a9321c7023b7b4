import { type DescMessage, type DescMethod, type DescService, getOption } from "@bufbuild/protobuf";
import {
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

/** The name of the reactor's method for a message, when it is annotated. */
export function annotatedHandler(message: DescMessage): string {
  return message.proto.options === undefined ? "" : getOption(message, messageOptions).handler;
}

/** The name in the registry, when it is annotated. */
export function annotatedName(service: DescService): string {
  return service.proto.options === undefined ? "" : getOption(service, serviceOptions).name;
}
