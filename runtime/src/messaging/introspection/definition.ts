import {
  DescribeRequest,
  DescribeResponse,
  GetSchemaRequest,
  GetSchemaResponse,
  GetStatsRequest,
  GetStatsResponse,
  WatchStatsRequest,
  WatchStatsResponse,
} from "../../wire/gen/dividere/v1/introspection.js";
import type { RpcDefinition, ServiceDefinition } from "../call/rpc.js";
import type { MessageType } from "../envelope/message-type.js";
import { INTROSPECTION, INTROSPECTION_PATH } from "./names.js";

/** An rpc with a response. */
type Rpc<Q extends object, R extends object> = RpcDefinition<Q, R> & {
  readonly response: MessageType<R>;
};

/** Asks for the names and versions. */
export const describeRpc: Rpc<DescribeRequest, DescribeResponse> = {
  path: `${INTROSPECTION_PATH}Describe`,
  handler: "describe",
  request: DescribeRequest,
  response: DescribeResponse,
  idempotency: "NO_SIDE_EFFECTS",
};

/** Asks for the counters. */
export const getStatsRpc: Rpc<GetStatsRequest, GetStatsResponse> = {
  path: `${INTROSPECTION_PATH}GetStats`,
  handler: "getStats",
  request: GetStatsRequest,
  response: GetStatsResponse,
  idempotency: "NO_SIDE_EFFECTS",
};

/** Asks for the counters at an interval. */
export const watchStatsRpc: Rpc<WatchStatsRequest, WatchStatsResponse> = {
  path: `${INTROSPECTION_PATH}WatchStats`,
  kind: "serverStream",
  handler: "watchStats",
  request: WatchStatsRequest,
  response: WatchStatsResponse,
  idempotency: "NO_SIDE_EFFECTS",
};

/** Asks for the proto files. */
export const getSchemaRpc: Rpc<GetSchemaRequest, GetSchemaResponse> = {
  path: `${INTROSPECTION_PATH}GetSchema`,
  handler: "getSchema",
  request: GetSchemaRequest,
  response: GetSchemaResponse,
  idempotency: "NO_SIDE_EFFECTS",
};

/** The service `dividere.v1.Introspection`. */
export const introspectionDefinition: ServiceDefinition = {
  typeName: INTROSPECTION,
  name: INTROSPECTION,
  rpcs: {
    Describe: describeRpc,
    GetStats: getStatsRpc,
    WatchStats: watchStatsRpc,
    GetSchema: getSchemaRpc,
  },
};
